export { until } from '../../deploy/local/stack/until.ts';
