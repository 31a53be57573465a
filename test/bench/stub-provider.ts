/**
 * The cheapest provider that is still one, for `bench:poll` and `bench:diff`: consent, tokens, and fixed bodies of which a share differs from
 * request to request. Run as a process of its own, so that its work is not counted as the poller's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setInterval } from 'node:timers';

/** Share of the answers that hold a change. */
const changeShare = Number(process.argv[2] ?? 0.05);
const today = (days = 0): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
let served = 0;
let changing = false;

const night = (date: string, edit: number): unknown => ({
  sleepDate: date,
  sleepResult: {
    hypnogram: {
      sleepStart: `${date}T00:10:00.0+00:00`,
      sleepEnd: `${date}T07:10:00.0+00:00`,
      sleepRating: 'SLEEP_RATING_UNKNOWN',
      batteryRanOut: false,
      sleepGoal: '28800s',
      sleepStateChanges: Array.from({ length: 60 }, (_, index) => ({
        offsetFromStart: `${index * 400}s`,
        newState: 'SLEEP_STATE_NON_REM2',
      })),
    },
  },
  sleepScore: { lastModified: new Date().toISOString(), sleepScore: 80 + edit, scoreRate: 4 },
});

const session = (edit: number): unknown => ({
  identifier: { id: '8000000001' },
  modified: edit === 0 ? `${today(1)}T12:00:00.000Z` : new Date().toISOString(),
  startTime: `${today(1)}T10:00:00`,
  durationMillis: 3_600_000,
  distanceMeters: 10_000,
  timezoneOffsetMinutes: 0,
  note: `edit ${edit}`,
  exercises: [
    {
      identifier: { id: '8000000002' },
      startTime: `${today(1)}T10:00:00`,
      samples: {
        samples: [
          {
            type: 'HEART_RATE',
            intervalMillis: 10_000,
            values: Array.from({ length: 360 }, (_, index) => 120 + (index % 40)),
          },
        ],
      },
    },
  ],
});

const recharge = (date: string, edit: number): unknown => ({
  sleepResultDate: date,
  created: `${date}T06:00:00.000Z`,
  modified: edit === 0 ? `${date}T06:00:00.000Z` : new Date().toISOString(),
  ansStatus: 1.5 + edit,
  recoveryIndicator: 4,
  meanNightlyRecoveryRmssd: 45,
});

const heartRate = (edit: number): unknown => ({
  date: today(),
  deviceRef: { deviceId: 'A1B2C3D4' },
  state: 1000 + edit,
  samples: Array.from({ length: 120 + edit }, (_, index) => ({
    heartRate: 60 + (index % 30),
    offsetMillis: index * 10_000,
    triggerType: 'TRIGGER_TIMED_247',
  })),
});

/** How many days of beat-to-beat intervals there are, and what their samples look like as JSON: as many as were observed live. */
const largeDays = 4;
const ppiSamples = JSON.stringify(
  Array.from({ length: 80_640 }, (_, index) => ({
    offsetMillis: index * 1071 + (index % 7),
    ppInterval: 780 + ((index * 37) % 320),
    errorEstimateMillis: index % 30,
    skinContact: index % 41 !== 0,
    movement: index % 7 === 0,
    offline: index % 3 === 0,
  })),
);

/** Put together as text, so that a large answer costs the machine next to nothing. */
function ppi(url: URL, isDetail: boolean): string {
  const days = Array.from({ length: largeDays }, (_, index) => today(index));
  const asked = days.filter(
    (date) => date >= (url.searchParams.get('from') ?? '') && date < (url.searchParams.get('to') ?? ''),
  );
  const device = `"recordingDevice":{"uuid":"0e030000-0084-0000-0000-0000A1B2C3D4"}`;
  const listed = asked.map((date) => {
    const samples = isDetail ? `,"ppiSamplesPerDevice":[{${device},"ppiSamples":${ppiSamples}}]` : '';
    return `{"date":"${date}","modified":"${date}T20:00:00.000Z"${samples}}`;
  });
  return `{"dailyPpiSamples":[${listed.join(',')}]}`;
}

const server = createServer((request, response) => {
  served += 1;
  const url = new URL(request.url ?? '/', 'http://stub');
  // The same edit for a while: a change is seen once per target and then is what is known.
  const edit = changing && Math.random() < changeShare ? 1 + Math.floor(Math.random() * 50) : 0;
  answer(url, request, response, edit);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});

function answer(url: URL, request: IncomingMessage, response: ServerResponse, edit: number): void {
  const json = (body: unknown): void =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const features = url.searchParams.has('features');
  if (url.pathname.endsWith('/authorize')) {
    const back = new URL(url.searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', 'any');
    back.searchParams.set('state', url.searchParams.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  } else if (url.pathname.endsWith('/token')) {
    request.resume();
    const names = ['training_sessions', 'sleep', 'nightly_recharge', 'continuous_samples', 'ppi_data'];
    const scope = names.map((name) => `${name}:read`).join(' ');
    json({
      access_token: `access-${served}`,
      refresh_token: `refresh-${served}`,
      token_type: 'bearer',
      expires_in: 43_199,
      scope,
      jti: String(served),
    });
  } else if (url.pathname.endsWith('/sleeps'))
    json({ nightSleeps: [features ? night(today(1), edit) : { sleepDate: today(1) }] });
  else if (url.pathname.endsWith('/list')) json({ trainingSessions: [session(edit)] });
  else if (url.pathname.endsWith('/nightly-recharge-results'))
    json({ nightlyRechargeResults: [recharge(today(1), edit), recharge(today(2), 0)] });
  else if (url.pathname.endsWith('/continuous-samples')) json({ heartRateSamplesPerDay: [heartRate(edit)] });
  else if (url.pathname.endsWith('/ppi-samples'))
    response.writeHead(200, { 'content-type': 'application/json' }).end(ppi(url, features));
  else if (url.pathname === '/changing') {
    changing = true;
    json({});
  } else if (url.pathname === '/served') json({ served });
  else response.writeHead(404).end();
}

process.on('SIGTERM', () => process.exit(0));
// Ends with whoever started it.
setInterval(() => process.ppid === 1 && process.exit(0), 1000).unref();
