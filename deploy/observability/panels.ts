/** Grafana's JSON, as far as our dashboards use it. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string; readonly instant?: boolean }[];
  readonly fieldConfig: {
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly overrides: readonly unknown[];
  };
  readonly options: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly unknown[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly { readonly name: string; readonly label: string; readonly query: string }[];
  /** Rows of panels of the same width and height. */
  readonly rows: readonly { readonly title?: string; readonly height: number; readonly panels: readonly Panel[] }[];
}

type Query = readonly [legend: string, expr: string];

export interface Look {
  /** Grafana's id of the unit: `s`, `percentunit`, `short` (2.7 K), `locale` (2,700). */
  readonly unit: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** From this value on it is yellow, and red. Without it nothing is good or bad. */
  readonly warn?: number;
  readonly bad?: number;
  /** What a value means that a number does not tell. */
  readonly words?: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
  /** What it means when there is nothing to show. Silence must not pass for a zero. */
  readonly nothing?: string;
}

const datasource = { type: 'prometheus', uid: '${datasource}' };
const calm = 'blue';

/** Colours only where they mean something: green is good, red wants somebody. Where a value falls to be bad, `bad` is the lower one. */
function thresholds({ warn, bad }: Look): unknown {
  if (bad === undefined) return { mode: 'absolute', steps: [{ color: calm, value: null }] };
  const falls = warn !== undefined && warn > bad;
  const steps = falls
    ? [
        { color: 'red', value: null },
        { color: 'yellow', value: bad },
        { color: 'green', value: warn },
      ]
    : [
        { color: 'green', value: null },
        ...(warn === undefined || warn === bad ? [] : [{ color: 'yellow', value: warn }]),
        { color: 'red', value: bad },
      ];
  return { mode: 'absolute', steps };
}

function defaults(look: Look, more: Readonly<Record<string, unknown>> = {}): Panel['fieldConfig'] {
  const { unit, decimals, min, max, words, nothing = 'no data' } = look;
  const mappings = [
    ...(words === undefined ? [] : [{ type: 'value', options: words }]),
    // Nothing would have the colour of a zero, and green is what nobody looks at.
    { type: 'special', options: { match: 'null', result: { text: nothing, color: 'orange' } } },
  ];
  return {
    defaults: {
      unit,
      ...(decimals !== undefined && { decimals }),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
      noValue: nothing,
      mappings,
      thresholds: thresholds(look),
      ...more,
    },
    overrides: [],
  };
}

const targets = (queries: readonly Query[], instant: boolean): Panel['targets'] =>
  queries.map(([legendFormat, expr]) => ({ expr, legendFormat, ...(instant && { instant }) }));

/** One number each, now. */
export function numbers(title: string, description: string, look: Look, ...queries: readonly Query[]): Panel {
  return {
    type: 'stat',
    title,
    description,
    targets: targets(queries, true),
    fieldConfig: defaults(look, { color: { mode: 'thresholds' } }),
    options: {
      reduceOptions: { calcs: ['lastNotNull'], values: false },
      colorMode: look.bad === undefined && look.words === undefined ? 'value' : 'background_solid',
      graphMode: 'none',
      textMode: queries.length > 1 || queries.some(([legend]) => legend.includes('{{')) ? 'value_and_name' : 'value',
      wideLayout: true,
    },
  };
}

/** Lines over time, with a table of the last and the highest value of each. */
export function lines(title: string, description: string, look: Look, ...queries: readonly Query[]): Panel {
  return timeSeries({ title, description, look, queries, isStacked: false });
}

/** What adds up to a whole. */
export function stacked(title: string, description: string, look: Look, ...queries: readonly Query[]): Panel {
  return timeSeries({ title, description, look, queries, isStacked: true });
}

function timeSeries({
  title,
  description,
  look,
  queries,
  isStacked,
}: {
  readonly title: string;
  readonly description: string;
  readonly look: Look;
  readonly queries: readonly Query[];
  readonly isStacked: boolean;
}): Panel {
  return {
    type: 'timeseries',
    title,
    description,
    targets: targets(queries, false),
    fieldConfig: defaults(
      { min: 0, ...look },
      {
        color: { mode: 'palette-classic' },
        custom: {
          lineWidth: isStacked ? 1 : 2,
          fillOpacity: isStacked ? 40 : 0,
          stacking: { mode: isStacked ? 'normal' : 'none', group: 'A' },
          spanNulls: false,
          showPoints: 'never',
          // Nothing but zeros would lie on the axis of a hundred.
          ...(look.unit !== 's' && { axisSoftMax: 1 }),
          thresholdsStyle: { mode: look.bad === undefined ? 'off' : 'dashed' },
        },
      },
    ),
    options: {
      legend: {
        displayMode: 'table',
        placement: 'bottom',
        // Of a series that has ended there is no last value, rather than an old one.
        calcs: ['last', 'max'],
        sortBy: 'Last',
        sortDesc: true,
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** A bar for each, the largest first. */
export function bars(title: string, description: string, look: Look, ...queries: readonly Query[]): Panel {
  return {
    type: 'bargauge',
    title,
    description,
    targets: targets(queries, true),
    fieldConfig: defaults({ min: 0, ...look }, { color: { mode: 'thresholds' } }),
    options: {
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'color',
      reduceOptions: { calcs: ['lastNotNull'], values: false },
    },
  };
}

/** Labels and a value in rows. */
export function table(
  title: string,
  description: string,
  look: Look,
  expr: string,
  hidden: readonly string[] = [],
): Panel {
  return {
    type: 'table',
    title,
    description,
    targets: [{ expr, legendFormat: '', instant: true }],
    fieldConfig: defaults(look),
    options: { showHeader: true, cellHeight: 'sm' },
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: { excludeByName: Object.fromEntries(['Time', ...hidden].map((name) => [name, true])) },
      },
    ],
  };
}

/** The file that Grafana reads. */
export function fileOf({ uid, title, description, variables, rows }: Dashboard): unknown {
  const panels: unknown[] = [];
  let [id, y] = [0, 0];
  for (const { title: rowTitle, height, panels: inRow } of rows) {
    if (rowTitle !== undefined) {
      panels.push({
        id: ++id,
        type: 'row',
        title: rowTitle,
        collapsed: false,
        panels: [],
        gridPos: { h: 1, w: 24, x: 0, y },
      });
      y += 1;
    }
    const w = Math.floor(24 / inRow.length);
    for (const [index, panel] of inRow.entries()) {
      panels.push({
        id: ++id,
        datasource,
        gridPos: { h: height, w, x: w * index, y },
        ...panel,
        targets: panel.targets.map((target, at) => ({
          refId: String.fromCodePoint(65 + at),
          datasource,
          ...target,
          ...(panel.type === 'table' && { format: 'table' }),
        })),
      });
    }
    y += height;
  }
  return {
    uid,
    title,
    description,
    tags: ['accesslink-bridge'],
    schemaVersion: 41,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        title: 'accesslink-bridge',
        tags: ['accesslink-bridge'],
        asDropdown: false,
        keepTime: true,
        includeVars: true,
      },
    ],
    templating: {
      list: [
        { type: 'datasource', name: 'datasource', label: 'Prometheus', query: 'prometheus', hide: 0, refresh: 1 },
        ...variables.map(({ name, label, query }) => ({
          type: 'query',
          name,
          label,
          datasource,
          query: { query, refId: name },
          definition: query,
          refresh: 2,
          sort: 1,
          hide: 0,
          includeAll: false,
          multi: false,
        })),
      ],
    },
    panels,
  };
}
