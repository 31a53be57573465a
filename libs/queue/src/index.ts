export { createHits } from './hits.ts';
export { connectRedis, type RedisOptions } from './redis.ts';
export { leastRedis, redisFacts, type RedisFacts } from './redis-facts.ts';
export { createBudget, type BudgetOptions } from './budget/budget.ts';
export { laneShares } from './budget/lanes.ts';
export * from './poll-queue.ts';
export { createTurn, type EndTurn } from './turn.ts';
