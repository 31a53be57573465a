import type { Schema } from './schema.ts';

/** What a resource says of its fields: by name, or by `Definition.name` where a name means several things. */
export type FieldTexts = Readonly<Record<string, string>>;

interface Field {
  /** The definition that it is in; empty at the top. */
  readonly owner: string;
  readonly name: string;
}

/** The provider names many units; what its documentation says of the others in words stands below. First match wins. */
const units: readonly (readonly [RegExp, string])[] = [
  [/(Millis|Milliseconds|Ms)$/, 'Milliseconds.'],
  [/Seconds$|^seconds[A-Z]/, 'Seconds.'],
  [/Minutes$/, 'Minutes.'],
  [/Meters$/, 'Metres.'],
  [/Cm$/, 'Centimetres.'],
  [/Kg$/, 'Kilograms.'],
  [/Kmh$/, 'Kilometres per hour.'],
  [/(Percent|Percentage)$/, 'Percent.'],
  [/Bpm$/, 'Beats per minute.'],
  [/Mv$/, 'Millivolts.'],
  [/Grams$/, 'Grams.'],
  [/^(heartRate|hrAvg|hrMax|(avg|average|max|maximum|min|minimum|resting)HeartRate)$/, 'Beats per minute.'],
  [/^(latitude|longitude|startLocationLatitude|startLocationLongitude)$/, 'Degrees, WGS 84.'],
  [/^(altitude|startLocationAltitude)$/, 'Metres above sea level.'],
  [/^(calories|kiloCalories|calorie)$/, 'Kilocalories.'],
  [/^(avgPower|maxPower|normalizedPower|maxAerobicPower|maximumAerobicPower|functionalThresholdPower)$/, 'Watts.'],
  [/^previousFunctionalThresholdPower$/, 'Watts.'],
  [/^(avgCadence|maxCadence)$/, 'Rounds per minute.'],
  [/^(aerobicThreshold|anaerobicThreshold)$/, 'Beats per minute.'],
  [/^(interval|inZone|flightTime|contactTime|ppInterval)$/, 'Milliseconds.'],
  [/^avgSecsPerPool$/, 'Seconds.'],
  [/^(speedCalibrationOffset|sprintThresholdSpeed)$/, 'Kilometres per hour.'],
  [/^sprintThresholdAcceleration$/, 'Metres per square second.'],
  [/^(mets|metThreshold)$/, 'Metabolic equivalents.'],
  [/^(mean|sd)(Baseline|NightlyRecovery)(Rri|Rmssd|RespirationInterval)$/, 'Milliseconds.'],
  [/^(rmssd|rr)[A-Z]\w*$/, 'Milliseconds.'],
  [/^(vo2Max|vo2max|ownIndex)$/, 'Millilitres of oxygen per kilogram and minute.'],
  [/^weight$/, 'Kilograms.'],
  [/^height$/, 'Centimetres.'],
  [/^duration$/, 'Milliseconds.'],
];

/** What a number is that does not fit into one of JavaScript's. */
export const uint64 = 'Unsigned 64-bit integer, as text.';

/** A field with what is known of it: the resource's own words, else its unit. */
export function describedField(schema: Schema, { owner, name }: Field, texts: FieldTexts): Schema {
  const own = texts[`${owner}.${name}`] ?? texts[name];
  const unit = isNumber(schema) ? units.find(([pattern]) => pattern.test(name))?.[1] : undefined;
  const sentences = [own ?? unit, schema.description].filter((text) => text !== undefined);
  return sentences.length === 0 ? schema : { ...schema, description: sentences.join(' ') };
}

function isNumber({ type, items, description }: Schema): boolean {
  return type === 'integer' || type === 'number' || description === uint64 || (items !== undefined && isNumber(items));
}
