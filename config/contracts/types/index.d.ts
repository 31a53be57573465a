// Generated from the contracts of accesslink-bridge by `npm run contracts`. Do not edit.
// `(string & {})` after a list of values: the provider may send others, take them as unknown.

/** The value of each event type, by `ce_type`. */
export interface EventValues {
  'accesslink.ConnectionEstablished.v1': ConnectionEstablished;
  'accesslink.ConnectionRestored.v1': ConnectionRestored;
  'accesslink.ScopesChanged.v1': ScopesChanged;
  'accesslink.AccessTokenRefreshFailed.v1': AccessTokenRefreshFailed;
  'accesslink.ConnectionPaused.v1': ConnectionPaused;
  'accesslink.ConsentRevoked.v1': ConsentRevoked;
  'accesslink.ConnectionRemoved.v1': ConnectionRemoved;
  'accesslink.ConnectionErased.v1': ConnectionErased;
  'accesslink.BackfillStarted.v1': BackfillStarted;
  'accesslink.BackfillProgressed.v1': BackfillProgressed;
  'accesslink.BackfillCompleted.v1': BackfillCompleted;
  'accesslink.SyncStalled.v1': SyncStalled;
  'accesslink.SyncRecovered.v1': SyncRecovered;
  'accesslink.PollWindowSkipped.v1': PollWindowSkipped;
  'accesslink.SchemaDriftDetected.v1': SchemaDriftDetected;
  'accesslink.DeviceSynced.v1': DeviceSynced;
  'accesslink.DeviceSettingsChanged.v1': DeviceSettingsChanged;
  'accesslink.DeviceFirmwareUpdated.v1': DeviceFirmwareUpdated;
  'accesslink.DeviceRegistered.v1': DeviceRegistered;
  'accesslink.DeviceDeregistered.v1': DeviceDeregistered;
  'accesslink.ProfileUpdated.v1': ProfileUpdated;
  'accesslink.PhysicalProfileUpdated.v1': PhysicalProfileUpdated;
  'accesslink.LocalizationChanged.v1': LocalizationChanged;
  'accesslink.TestPreferencesChanged.v1': TestPreferencesChanged;
  'accesslink.ConsentChanged.v1': ConsentChanged;
  'accesslink.ActivityDayUpdated.v1': ActivityDayUpdated;
  'accesslink.ActivityDayFinalized.v1': ActivityDayFinalized;
  'accesslink.ActivityDayChunk.v1': ActivityDayChunk;
  'accesslink.CalendarEntryRevised.v1': CalendarEntryRevised;
  'accesslink.NoteWritten.v1': NoteWritten;
  'accesslink.FeelingReported.v1': FeelingReported;
  'accesslink.FeedbackReceived.v1': FeedbackReceived;
  'accesslink.PerceivedRecoveryReported.v1': PerceivedRecoveryReported;
  'accesslink.WeightRecorded.v1': WeightRecorded;
  'accesslink.PhysicalInformationChanged.v1': PhysicalInformationChanged;
  'accesslink.CalendarEntryDeleted.v1': CalendarEntryDeleted;
  'accesslink.TargetScheduled.v1': TargetScheduled;
  'accesslink.TargetRevised.v1': TargetRevised;
  'accesslink.TargetCancelled.v1': TargetCancelled;
  'accesslink.TargetRescheduled.v1': TargetRescheduled;
  'accesslink.TargetCompleted.v1': TargetCompleted;
  'accesslink.HeartRateDayUpdated.v1': HeartRateDayUpdated;
  'accesslink.HeartRateDayFinalized.v1': HeartRateDayFinalized;
  'accesslink.HeartRateDayChunk.v1': HeartRateDayChunk;
  'accesslink.FavoriteSaved.v1': FavoriteSaved;
  'accesslink.FavoriteRevised.v1': FavoriteRevised;
  'accesslink.FavoriteRemoved.v1': FavoriteRemoved;
  'accesslink.NightlyRechargeCalculated.v1': NightlyRechargeCalculated;
  'accesslink.NightlyRechargeRevised.v1': NightlyRechargeRevised;
  'accesslink.NightlyRechargeDeleted.v1': NightlyRechargeDeleted;
  'accesslink.NightlyRechargeSamplesAvailable.v1': NightlyRechargeSamplesAvailable;
  'accesslink.PpiDayUpdated.v1': PpiDayUpdated;
  'accesslink.PpiDayFinalized.v1': PpiDayFinalized;
  'accesslink.PpiDayChunk.v1': PpiDayChunk;
  'accesslink.ProfilePictureChanged.v1': ProfilePictureChanged;
  'accesslink.RouteSaved.v1': RouteSaved;
  'accesslink.RouteRevised.v1': RouteRevised;
  'accesslink.RouteChunk.v1': RouteChunk;
  'accesslink.SkinContactPeriodRecorded.v1': SkinContactPeriodRecorded;
  'accesslink.SkinContactPeriodRevised.v1': SkinContactPeriodRevised;
  'accesslink.SleepWakeVectorUpdated.v1': SleepWakeVectorUpdated;
  'accesslink.SleepRecorded.v1': SleepRecorded;
  'accesslink.SleepRevised.v1': SleepRevised;
  'accesslink.SleepDeleted.v1': SleepDeleted;
  'accesslink.SleepScored.v1': SleepScored;
  'accesslink.SportProfileOrderChanged.v1': SportProfileOrderChanged;
  'accesslink.SportProfileCreated.v1': SportProfileCreated;
  'accesslink.SportProfileUpdated.v1': SportProfileUpdated;
  'accesslink.SportProfileRemoved.v1': SportProfileRemoved;
  'accesslink.SportCatalogUpdated.v1': SportCatalogUpdated;
  'accesslink.SubscriptionStarted.v1': SubscriptionStarted;
  'accesslink.SubscriptionStatusChanged.v1': SubscriptionStatusChanged;
  'accesslink.SubscriptionExpired.v1': SubscriptionExpired;
  'accesslink.SubscriptionRenewed.v1': SubscriptionRenewed;
  'accesslink.TemperaturePeriodRecorded.v1': TemperaturePeriodRecorded;
  'accesslink.TemperaturePeriodRevised.v1': TemperaturePeriodRevised;
  'accesslink.TemperaturePeriodDeleted.v1': TemperaturePeriodDeleted;
  'accesslink.TemperaturePeriodChunk.v1': TemperaturePeriodChunk;
  'accesslink.TestRevised.v1': TestRevised;
  'accesslink.OrthostaticTestCompleted.v1': OrthostaticTestCompleted;
  'accesslink.FitnessTestCompleted.v1': FitnessTestCompleted;
  'accesslink.JumpTestCompleted.v1': JumpTestCompleted;
  'accesslink.EcgTestCompleted.v1': EcgTestCompleted;
  'accesslink.Spo2TestCompleted.v1': Spo2TestCompleted;
  'accesslink.RrRecordingCompleted.v1': RrRecordingCompleted;
  'accesslink.TestDeleted.v1': TestDeleted;
  'accesslink.TestSamplesChunk.v1': TestSamplesChunk;
  'accesslink.SessionRecorded.v1': SessionRecorded;
  'accesslink.SessionRevised.v1': SessionRevised;
  'accesslink.SessionDeleted.v1': SessionDeleted;
  'accesslink.InSessionTestCompleted.v1': InSessionTestCompleted;
  'accesslink.SessionCommented.v1': SessionCommented;
  'accesslink.SessionSamplesChunk.v1': SessionSamplesChunk;
  'accesslink.SessionSamplesAvailable.v1': SessionSamplesAvailable;
}

export type EventType = keyof EventValues;

/** The last part of the topic `<prefix>.<topic>.v1` that an event type is published to. */
export interface EventTopics {
  'accesslink.ConnectionEstablished.v1': 'connection';
  'accesslink.ConnectionRestored.v1': 'connection';
  'accesslink.ScopesChanged.v1': 'connection';
  'accesslink.AccessTokenRefreshFailed.v1': 'connection';
  'accesslink.ConnectionPaused.v1': 'connection';
  'accesslink.ConsentRevoked.v1': 'connection';
  'accesslink.ConnectionRemoved.v1': 'connection';
  'accesslink.ConnectionErased.v1': 'connection';
  'accesslink.BackfillStarted.v1': 'polling';
  'accesslink.BackfillProgressed.v1': 'polling';
  'accesslink.BackfillCompleted.v1': 'polling';
  'accesslink.SyncStalled.v1': 'polling';
  'accesslink.SyncRecovered.v1': 'polling';
  'accesslink.PollWindowSkipped.v1': 'polling';
  'accesslink.SchemaDriftDetected.v1': 'polling';
  'accesslink.DeviceSynced.v1': 'device';
  'accesslink.DeviceSettingsChanged.v1': 'device';
  'accesslink.DeviceFirmwareUpdated.v1': 'device';
  'accesslink.DeviceRegistered.v1': 'device';
  'accesslink.DeviceDeregistered.v1': 'device';
  'accesslink.ProfileUpdated.v1': 'account';
  'accesslink.PhysicalProfileUpdated.v1': 'account';
  'accesslink.LocalizationChanged.v1': 'account';
  'accesslink.TestPreferencesChanged.v1': 'account';
  'accesslink.ConsentChanged.v1': 'account';
  'accesslink.ActivityDayUpdated.v1': 'activity';
  'accesslink.ActivityDayFinalized.v1': 'activity';
  'accesslink.ActivityDayChunk.v1': 'activity';
  'accesslink.CalendarEntryRevised.v1': 'calendar';
  'accesslink.NoteWritten.v1': 'calendar';
  'accesslink.FeelingReported.v1': 'calendar';
  'accesslink.FeedbackReceived.v1': 'calendar';
  'accesslink.PerceivedRecoveryReported.v1': 'calendar';
  'accesslink.WeightRecorded.v1': 'calendar';
  'accesslink.PhysicalInformationChanged.v1': 'calendar';
  'accesslink.CalendarEntryDeleted.v1': 'calendar';
  'accesslink.TargetScheduled.v1': 'training-target';
  'accesslink.TargetRevised.v1': 'training-target';
  'accesslink.TargetCancelled.v1': 'training-target';
  'accesslink.TargetRescheduled.v1': 'training-target';
  'accesslink.TargetCompleted.v1': 'training-target';
  'accesslink.HeartRateDayUpdated.v1': 'heart-rate';
  'accesslink.HeartRateDayFinalized.v1': 'heart-rate';
  'accesslink.HeartRateDayChunk.v1': 'heart-rate';
  'accesslink.FavoriteSaved.v1': 'favorite';
  'accesslink.FavoriteRevised.v1': 'favorite';
  'accesslink.FavoriteRemoved.v1': 'favorite';
  'accesslink.NightlyRechargeCalculated.v1': 'nightly-recharge';
  'accesslink.NightlyRechargeRevised.v1': 'nightly-recharge';
  'accesslink.NightlyRechargeDeleted.v1': 'nightly-recharge';
  'accesslink.NightlyRechargeSamplesAvailable.v1': 'nightly-recharge';
  'accesslink.PpiDayUpdated.v1': 'ppi';
  'accesslink.PpiDayFinalized.v1': 'ppi';
  'accesslink.PpiDayChunk.v1': 'ppi';
  'accesslink.ProfilePictureChanged.v1': 'picture';
  'accesslink.RouteSaved.v1': 'route';
  'accesslink.RouteRevised.v1': 'route';
  'accesslink.RouteChunk.v1': 'route';
  'accesslink.SkinContactPeriodRecorded.v1': 'skin-contact';
  'accesslink.SkinContactPeriodRevised.v1': 'skin-contact';
  'accesslink.SleepWakeVectorUpdated.v1': 'sleep-wake-vector';
  'accesslink.SleepRecorded.v1': 'sleep';
  'accesslink.SleepRevised.v1': 'sleep';
  'accesslink.SleepDeleted.v1': 'sleep';
  'accesslink.SleepScored.v1': 'sleep';
  'accesslink.SportProfileOrderChanged.v1': 'sport-profile-order';
  'accesslink.SportProfileCreated.v1': 'sport-profile';
  'accesslink.SportProfileUpdated.v1': 'sport-profile';
  'accesslink.SportProfileRemoved.v1': 'sport-profile';
  'accesslink.SportCatalogUpdated.v1': 'sport';
  'accesslink.SubscriptionStarted.v1': 'subscription';
  'accesslink.SubscriptionStatusChanged.v1': 'subscription';
  'accesslink.SubscriptionExpired.v1': 'subscription';
  'accesslink.SubscriptionRenewed.v1': 'subscription';
  'accesslink.TemperaturePeriodRecorded.v1': 'temperature';
  'accesslink.TemperaturePeriodRevised.v1': 'temperature';
  'accesslink.TemperaturePeriodDeleted.v1': 'temperature';
  'accesslink.TemperaturePeriodChunk.v1': 'temperature';
  'accesslink.TestRevised.v1': 'test';
  'accesslink.OrthostaticTestCompleted.v1': 'test';
  'accesslink.FitnessTestCompleted.v1': 'test';
  'accesslink.JumpTestCompleted.v1': 'test';
  'accesslink.EcgTestCompleted.v1': 'test';
  'accesslink.Spo2TestCompleted.v1': 'test';
  'accesslink.RrRecordingCompleted.v1': 'test';
  'accesslink.TestDeleted.v1': 'test';
  'accesslink.TestSamplesChunk.v1': 'test';
  'accesslink.SessionRecorded.v1': 'session';
  'accesslink.SessionRevised.v1': 'session';
  'accesslink.SessionDeleted.v1': 'session';
  'accesslink.InSessionTestCompleted.v1': 'session';
  'accesslink.SessionCommented.v1': 'session';
  'accesslink.SessionSamplesChunk.v1': 'session';
  'accesslink.SessionSamplesAvailable.v1': 'session';
}

/** CloudEvents 1.0 attributes, as they stand in the headers of a Kafka message. */
export interface EventHeaders<Type extends EventType = EventType> {
  'content-type': 'application/json';
  ce_specversion: '1.0';
  /** The same for the same change, however often it is told. */
  ce_id: string;
  ce_source: string;
  ce_type: Type;
  ce_subject: string;
  /** RFC 3339: when it changed at Polar where that is known, else when it was observed. */
  ce_time: string;
  ce_dataschema: string;
  ce_tenant: string;
  ce_mode: 'live' | 'backfill' | 'reconcile';
  ce_revision: string;
  /** Counts a connection's events over all topics, from 1, without gaps. */
  ce_sequence: string;
  ce_traceparent?: string;
  /** Only where an event is published once more: the id of the replay. */
  ce_replay?: string;
}

/** An event of a certain type. */
export interface EventOf<Type extends EventType> {
  ce_type: Type;
  headers: EventHeaders<Type>;
  /** Id of the connection; the name of the resource for what is no athlete's. */
  key: string;
  value: EventValues[Type];
}

/** Any event: `ce_type` says which. */
export type Event = { [Type in EventType]: EventOf<Type> }[EventType];

/** The value of each type of states, by `ce_type`. */
export interface StateValues {
  'accesslink.AccountProfileState.v1': AccountProfileState;
  'accesslink.AccountPhysicalInformationState.v1': AccountPhysicalInformationState;
  'accesslink.AccountLocalizationSettingsState.v1': AccountLocalizationSettingsState;
  'accesslink.AccountUserTestPreferencesState.v1': AccountUserTestPreferencesState;
  'accesslink.AccountConsentState.v1': AccountConsentState;
  'accesslink.ActivityDayState.v1': ActivityDayState;
  'accesslink.ActivityChunkState.v1': ActivityChunkState;
  'accesslink.CalendarEntryState.v1': CalendarEntryState;
  'accesslink.TrainingTargetState.v1': TrainingTargetState;
  'accesslink.HeartRateDayState.v1': HeartRateDayState;
  'accesslink.HeartRateChunkState.v1': HeartRateChunkState;
  'accesslink.FavoriteState.v1': FavoriteState;
  'accesslink.NightlyRechargeResultState.v1': NightlyRechargeResultState;
  'accesslink.NightlyRechargeSamplesState.v1': NightlyRechargeSamplesState;
  'accesslink.PpiDayState.v1': PpiDayState;
  'accesslink.PpiChunkState.v1': PpiChunkState;
  'accesslink.PictureState.v1': PictureState;
  'accesslink.RouteState.v1': RouteState;
  'accesslink.RouteChunkState.v1': RouteChunkState;
  'accesslink.SkinContactPeriodState.v1': SkinContactPeriodState;
  'accesslink.SleepWakeVectorState.v1': SleepWakeVectorState;
  'accesslink.SleepNightState.v1': SleepNightState;
  'accesslink.SportProfileOrderCatalogState.v1': SportProfileOrderCatalogState;
  'accesslink.SportProfileState.v1': SportProfileState;
  'accesslink.SportState.v1': SportState;
  'accesslink.SubscriptionState.v1': SubscriptionState;
  'accesslink.TemperaturePeriodState.v1': TemperaturePeriodState;
  'accesslink.TemperatureChunkState.v1': TemperatureChunkState;
  'accesslink.TestState.v1': TestState;
  'accesslink.TestChunkState.v1': TestChunkState;
  'accesslink.SessionState.v1': SessionState;
  'accesslink.SessionTestState.v1': SessionTestState;
  'accesslink.SessionCommentState.v1': SessionCommentState;
  'accesslink.SessionChunkState.v1': SessionChunkState;
  'accesslink.SessionSamplesState.v1': SessionSamplesState;
  'accesslink.DeviceState.v1': DeviceState;
  'accesslink.DeviceRegistrationState.v1': DeviceRegistrationState;
  'accesslink.DeviceDeregistrationState.v1': DeviceDeregistrationState;
}

export type StateType = keyof StateValues;

/** The state of one thing, from the topic `<prefix>.<topic>.state.v1`. */
export interface StateOf<Type extends StateType> {
  ce_type: Type;
  headers: Omit<EventHeaders, 'ce_type' | 'ce_sequence'> & { ce_type: Type };
  /** What a topic is compacted by: connection, resource, entity and identity. */
  key: string;
  /** Null: it is gone. */
  value: StateValues[Type] | null;
}

/** Any state: `ce_type` says which. */
export type State = { [Type in StateType]: StateOf<Type> }[StateType];

export type ConsentHistoryStateState = 'UNSPECIFIED' | 'WITHDRAWN' | 'ACCEPTED' | (string & {});
export type LocalizationSettingsFirstDayOfWeek =
  | 'FIRST_DAY_OF_WEEK_UNSPECIFIED'
  | 'FIRST_DAY_OF_WEEK_SUNDAY'
  | 'FIRST_DAY_OF_WEEK_MONDAY'
  | 'FIRST_DAY_OF_WEEK_TUESDAY'
  | 'FIRST_DAY_OF_WEEK_WEDNESDAY'
  | 'FIRST_DAY_OF_WEEK_THURSDAY'
  | 'FIRST_DAY_OF_WEEK_FRIDAY'
  | 'FIRST_DAY_OF_WEEK_SATURDAY'
  | (string & {});
export type LocalizationSettingsMeasurementUnit =
  'MEASUREMENT_UNIT_UNSPECIFIED' | 'MEASUREMENT_UNIT_IMPERIAL' | 'MEASUREMENT_UNIT_METRIC' | (string & {});
export type LocalizationSettingsDateFormat =
  | 'DATE_FORMAT_UNSPECIFIED'
  | 'DATE_FORMAT_DAY_MONTH_YEAR'
  | 'DATE_FORMAT_MONTH_DAY_YEAR'
  | 'DATE_FORMAT_YEAR_MONTH_DAY'
  | (string & {});
export type LocalizationSettingsDateSeparator =
  | 'DATE_SEPARATOR_UNSPECIFIED'
  | 'DATE_SEPARATOR_PERIOD'
  | 'DATE_SEPARATOR_SLASH'
  | 'DATE_SEPARATOR_HYPHEN'
  | (string & {});
export type LocalizationSettingsTimeFormat =
  'TIME_FORMAT_UNSPECIFIED' | 'TIME_FORMAT_TWENTY_FOUR_HOUR' | 'TIME_FORMAT_TWELVE_HOUR' | (string & {});
export type LocalizationSettingsTimeFormatSeparator =
  'TIME_SEPARATOR_UNSPECIFIED' | 'TIME_SEPARATOR_COLON' | 'TIME_SEPARATOR_PERIOD' | (string & {});
export type UserPhysicalInformationSex = 'SEX_UNSPECIFIED' | 'SEX_MALE' | 'SEX_FEMALE' | (string & {});
export type UserPhysicalInformationWeightSource =
  | 'WEIGHT_SOURCE_UNSPECIFIED'
  | 'WEIGHT_SOURCE_DEFAULT'
  | 'WEIGHT_SOURCE_ESTIMATE'
  | 'WEIGHT_SOURCE_USER'
  | 'WEIGHT_SOURCE_MEASURED'
  | 'WEIGHT_SOURCE_KEEP'
  | (string & {});
export type UserPhysicalInformationTrainingBackground =
  | 'TRAINING_BACKGROUND_UNSPECIFIED'
  | 'TRAINING_BACKGROUND_OCCASIONAL'
  | 'TRAINING_BACKGROUND_REGULAR'
  | 'TRAINING_BACKGROUND_FREQUENT'
  | 'TRAINING_BACKGROUND_HEAVY'
  | 'TRAINING_BACKGROUND_SEMI_PRO'
  | 'TRAINING_BACKGROUND_PRO'
  | (string & {});
export type UserPhysicalInformationTypicalDay =
  | 'TYPICAL_DAY_UNSPECIFIED'
  | 'TYPICAL_DAY_MOSTLY_SITTING'
  | 'TYPICAL_DAY_MOSTLY_STANDING'
  | 'TYPICAL_DAY_MOSTLY_MOVING'
  | (string & {});
export type PhysicalInformationSex = 'SEX_UNSPECIFIED' | 'SEX_MALE' | 'SEX_FEMALE' | (string & {});
export type PhysicalInformationTrainingBackground =
  | 'TRAINING_BACKGROUND_UNSPECIFIED'
  | 'TRAINING_BACKGROUND_OCCASIONAL'
  | 'TRAINING_BACKGROUND_REGULAR'
  | 'TRAINING_BACKGROUND_FREQUENT'
  | 'TRAINING_BACKGROUND_HEAVY'
  | 'TRAINING_BACKGROUND_SEMI_PRO'
  | 'TRAINING_BACKGROUND_PRO'
  | (string & {});
export type PhysicalInformationWeightSource =
  | 'WEIGHT_SOURCE_UNSPECIFIED'
  | 'WEIGHT_SOURCE_DEFAULT'
  | 'WEIGHT_SOURCE_ESTIMATE'
  | 'WEIGHT_SOURCE_USER'
  | 'WEIGHT_SOURCE_MEASURED'
  | 'WEIGHT_SOURCE_KEEP'
  | (string & {});
export type AutoLapSettingsAutomaticLap =
  'AUTOMATIC_LAP_OFF' | 'AUTOMATIC_LAP_DISTANCE' | 'AUTOMATIC_LAP_DURATION' | 'AUTOMATIC_LAP_LOCATION' | (string & {});
export type AutoPauseTrigger = 'AUTO_PAUSE_TRIGGER_OFF' | 'AUTO_PAUSE_TRIGGER_TRIGGER_SPEED' | (string & {});
export type PerceivedRecoveryMuscleSoreness =
  | 'MUSCLE_SORENESS_UNSPECIFIED'
  | 'MUSCLE_SORENESS_NONE'
  | 'MUSCLE_SORENESS_SOME'
  | 'MUSCLE_SORENESS_MUCH'
  | (string & {});
export type PerceivedRecoveryOverallFatigue =
  | 'OVERALL_FATIGUE_UNSPECIFIED'
  | 'OVERALL_FATIGUE_NORMAL'
  | 'OVERALL_FATIGUE_LITTLE'
  | 'OVERALL_FATIGUE_MUCH'
  | (string & {});
export type PerceivedRecoverySleepUserRating =
  | 'SLEEP_USER_RATING_UNSPECIFIED'
  | 'SLEEP_USER_RATING_SLEPT_POORLY'
  | 'SLEEP_USER_RATING_SLEPT_SOMEWHAT_POORLY'
  | 'SLEEP_USER_RATING_SLEPT_NEITHER_POORLY_NOR_WELL'
  | 'SLEEP_USER_RATING_SLEPT_SOMEWHAT_WELL'
  | 'SLEEP_USER_RATING_SLEPT_WELL'
  | (string & {});
export type PhysicalInformationTypicalDay =
  | 'TYPICAL_DAY_UNSPECIFIED'
  | 'TYPICAL_DAY_MOSTLY_SITTING'
  | 'TYPICAL_DAY_MOSTLY_STANDING'
  | 'TYPICAL_DAY_MOSTLY_MOVING'
  | (string & {});
export type CalibrationOffsetSampleSourceType =
  | 'SAMPLE_SOURCE_TYPE_UNSPECIFIED'
  | 'SAMPLE_SOURCE_TYPE_WRIST_METRICS'
  | 'SAMPLE_SOURCE_TYPE_CHEST_METRICS'
  | 'SAMPLE_SOURCE_TYPE_UPPER_BACK_METRICS'
  | 'SAMPLE_SOURCE_TYPE_COMBINED_CHEST_METRICS_AND_GPS'
  | 'SAMPLE_SOURCE_TYPE_COMBINED_UPPER_BACK_METRICS_AND_GPS'
  | 'SAMPLE_SOURCE_TYPE_UNDEFINED'
  | 'SAMPLE_SOURCE_TYPE_OFFLINE'
  | 'SAMPLE_SOURCE_TYPE_HEART_RATE'
  | 'SAMPLE_SOURCE_TYPE_HEART_RATE_BLE'
  | 'SAMPLE_SOURCE_TYPE_HEART_RATE_5_KHZ'
  | 'SAMPLE_SOURCE_TYPE_HEART_RATE_OPTICAL'
  | 'SAMPLE_SOURCE_TYPE_GPS'
  | 'SAMPLE_SOURCE_TYPE_STRIDE'
  | 'SAMPLE_SOURCE_TYPE_BIKE_PEDAL'
  | 'SAMPLE_SOURCE_TYPE_BIKE_WHEEL'
  | 'SAMPLE_SOURCE_TYPE_BIKE_CRANK'
  | (string & {});
export type CompletedRoundType =
  | 'COMPLETED_ROUND_TYPE_UNSPECIFIED'
  | 'COMPLETED_ROUND_TYPE_AMRAP'
  | 'COMPLETED_ROUND_TYPE_EMOM'
  | 'COMPLETED_ROUND_TYPE_NORMAL'
  | (string & {});
export type CompletedRoundWorkoutPhase =
  | 'WORKOUT_PHASE_UNSPECIFIED'
  | 'WORKOUT_PHASE_WARMUP'
  | 'WORKOUT_PHASE_WORK'
  | 'WORKOUT_PHASE_COOLDOWN'
  | (string & {});
export type CompletedSetType =
  'SET_TYPE_UNSPECIFIED' | 'SET_TYPE_WORK' | 'SET_TYPE_RECOVERY' | 'SET_TYPE_HR_RECOVERY' | (string & {});
export type CompletedSetResistanceType = 'RESISTANCE_UNSPECIFIED' | 'RESISTANCE_BODY_WEIGHT' | (string & {});
export type CyclingTestFitnessClass =
  | 'FITNESS_CLASS_UNRECOGNIZED'
  | 'FITNESS_CLASS_UNTRAINED'
  | 'FITNESS_CLASS_FAIR'
  | 'FITNESS_CLASS_MODERATE'
  | 'FITNESS_CLASS_GOOD'
  | 'FITNESS_CLASS_VERY_GOOD'
  | 'FITNESS_CLASS_EXCELLENT'
  | 'FITNESS_CLASS_EXCEPTIONAL'
  | 'FITNESS_CLASS_WORLD_CLAS'
  | (string & {});
export type DeviceRegistrationEventEventType =
  'EVENT_TYPE_UNSPECIFIED' | 'EVENT_TYPE_ADDED' | 'EVENT_TYPE_DELETED' | (string & {});
export type TurnDirection = 'NO_DIRECTION' | 'LEFT' | 'RIGHT' | (string & {});
export type TurnType = 'REGULAR' | 'SLIGHT' | 'SHARP' | (string & {});
export type ForkDirection = 'NO_DIRECTION' | 'LEFT' | 'RIGHT' | (string & {});
export type RoundaboutExitRoundaboutOrientation = 'UNKNOWN' | 'CLOCKWISE' | 'COUNTERCLOCKWISE' | (string & {});
export type ECGTestResultECGHeartRateVariabilityLevel =
  | 'ECG_HRV_LEVEL_UNKNOWN'
  | 'ECG_HRV_LEVEL_NO_BASELINE'
  | 'ECG_HRV_LEVEL_BELOW_USUAL'
  | 'ECG_HRV_LEVEL_USUAL'
  | 'ECG_HRV_LEVEL_ABOVE_USUAL'
  | (string & {});
export type StatisticsType =
  | 'STATISTICS_TYPE_UNSPECIFIED'
  | 'STATISTICS_TYPE_CADENCE'
  | 'STATISTICS_TYPE_HEART_RATE'
  | 'STATISTICS_TYPE_INCLINE'
  | 'STATISTICS_TYPE_POWER'
  | 'STATISTICS_TYPE_SPEED'
  | 'STATISTICS_TYPE_STRIDE_LENGTH'
  | 'STATISTICS_TYPE_ALTITUDE'
  | 'STATISTICS_TYPE_LEFT_RIGHT_BALANCE'
  | 'STATISTICS_TYPE_BODY_TEMPERATURE'
  | (string & {});
export type SwimmingStatisticsPoolUnit =
  'POOL_UNIT_UNSPECIFIED' | 'POOL_UNIT_METERS' | 'POOL_UNIT_YARDS' | (string & {});
export type SwimmingStyleStatisticsSwimmingStyle =
  | 'SWIMMING_STYLE_UNSPECIFIED'
  | 'SWIMMING_STYLE_OTHER'
  | 'SWIMMING_STYLE_TURN'
  | 'SWIMMING_STYLE_OTHER_SWIMMING'
  | 'SWIMMING_STYLE_FREESTYLE'
  | 'SWIMMING_STYLE_BREASTSTROKE'
  | 'SWIMMING_STYLE_BACKSTROKE'
  | 'SWIMMING_STYLE_BUTTERFLY'
  | (string & {});
export type ExerciseTargetExerciseType =
  'FREE' | 'VOLUME' | 'PHASED' | 'STEADY_RACE_PACE' | 'ROUTE' | 'SEGMENT' | 'STRENGTH' | (string & {});
export type PhaseOrRepeatChangeType = 'MANUAL' | 'AUTOMATIC' | (string & {});
export type PhaseGoalGoalType = 'MANUAL' | 'DURATION' | 'DISTANCE' | (string & {});
export type PhaseIntensityIntensityType = 'NONE' | 'HEART_RATE_ZONES' | 'POWER_ZONES' | 'SPEED_ZONES' | (string & {});
export type FitnessTestResultFitnessClass =
  'UNSPECIFIED' | 'ELITE' | 'VERY_GOOD' | 'GOOD' | 'MODERATE' | 'FAIR' | 'LOW' | 'VERY_LOW' | (string & {});
export type TestsPhysicalInformationSex = 'UNSPECIFIED' | 'MALE' | 'FEMALE' | (string & {});
export type HillType = 'HILL_TYPE_UNKNOWN' | 'HILL_TYPE_UPHILL' | 'HILL_TYPE_DOWNHILL' | (string & {});
export type SleepStateChangeSleepState =
  | 'SLEEP_STATE_WAKE'
  | 'SLEEP_STATE_REM'
  | 'SLEEP_STATE_NON_REM1'
  | 'SLEEP_STATE_NON_REM2'
  | 'SLEEP_STATE_NON_REM3'
  | 'SLEEP_STATE_UNKNOWN'
  | (string & {});
export type HypnogramSleepRating =
  | 'SLEEP_RATING_UNKNOWN'
  | 'SLEEP_RATING_SLEPT_BAD'
  | 'SLEEP_RATING_SLEPT_QUITE_BAD'
  | 'SLEEP_RATING_SLEPT_NEITHER_BAD_NOR_WELL'
  | 'SLEEP_RATING_SLEPT_QUITE_WELL'
  | 'SLEEP_RATING_SLEPT_WELL'
  | (string & {});
export type RunningTestCategory =
  | 'RUNNING_TEST_CATEGORY_UNKNOWN'
  | 'RUNNING_TEST_CATEGORY_MAXIMAL'
  | 'RUNNING_TEST_CATEGORY_SUBMAXIMAL'
  | 'RUNNING_TEST_CATEGORY_FAILED'
  | (string & {});
export type WalkingTestCategory =
  | 'WALKING_TEST_CATEGORY_UNKNOWN'
  | 'WALKING_TEST_CATEGORY_FAILED'
  | 'WALKING_TEST_CATEGORY_TIMED_15_MIN'
  | (string & {});
export type WalkingTestVO2MaxFitnessClass =
  | 'VO2MAX_FITNESS_CLASS_UNRECOGNIZED'
  | 'VO2MAX_FITNESS_CLASS_VERY_LOW'
  | 'VO2MAX_FITNESS_CLASS_LOW'
  | 'VO2MAX_FITNESS_CLASS_FAIR'
  | 'VO2MAX_FITNESS_CLASS_MODERATE'
  | 'VO2MAX_FITNESS_CLASS_GOOD'
  | 'VO2MAX_FITNESS_CLASS_VERY_GOOD'
  | 'VO2MAX_FITNESS_CLASS_ELITE'
  | (string & {});
export type JumpTestResultJumpTestType =
  | 'JUMP_TEST_TYPE_UNSPECIFIED'
  | 'JUMP_TEST_TYPE_SQUAT'
  | 'JUMP_TEST_TYPE_COUNTER'
  | 'JUMP_TEST_TYPE_CONTINUOUS'
  | (string & {});
export type LegMuscleRecoveryRecoveryStatus = 'NOT_AVAILABLE' | 'UNRECOVERED' | 'RECOVERED' | (string & {});
export type PhysicalInformationMaximumAerobicSpeedSource =
  | 'MAXIMUM_AEROBIC_SPEED_SOURCE_UNSPECIFIED'
  | 'MAXIMUM_AEROBIC_SPEED_SOURCE_ESTIMATE'
  | 'MAXIMUM_AEROBIC_SPEED_SOURCE_USER'
  | (string & {});
export type RecordingTriggerTypeChangeTriggerType =
  'TRIGGER_TYPE_UNDEFINED' | 'TRIGGER_TYPE_AUTOMATIC' | 'TRIGGER_TYPE_MANUAL' | (string & {});
export type SensorLocation = 'SL_UNKNOWN' | 'SL_DISTAL' | 'SL_PROXIMAL' | (string & {});
export type TrainingSessionTrainingBenefit =
  | 'TRAINING_BENEFIT_UNSPECIFIED'
  | 'TRAINING_BENEFIT_NONE'
  | 'TRAINING_BENEFIT_RECOVERY_TRAINING'
  | 'TRAINING_BENEFIT_BASIC_TRAINING'
  | 'TRAINING_BENEFIT_BASIC_TRAINING_LONG'
  | 'TRAINING_BENEFIT_BASIC_AND_STEADY_STATE_TRAINING'
  | 'TRAINING_BENEFIT_BASIC_AND_STEADY_STATE_TRAINING_LONG'
  | 'TRAINING_BENEFIT_STEADY_STATE_TRAINING'
  | 'TRAINING_BENEFIT_STEADY_STATE_AND_BASIC_TRAINING'
  | 'TRAINING_BENEFIT_STEADY_STATE_AND_BASIC_TRAINING_LONG'
  | 'TRAINING_BENEFIT_STEADY_STATE_TRAINING_PLUS'
  | 'TRAINING_BENEFIT_STEADY_STATE_AND_TEMPO_TRAINING'
  | 'TRAINING_BENEFIT_TEMPO_AND_STEADY_STATE_TRAINING'
  | 'TRAINING_BENEFIT_TEMPO_TRAINING'
  | 'TRAINING_BENEFIT_TEMPO_TRAINING_PLUS'
  | 'TRAINING_BENEFIT_TEMPO_AND_MAXIMUM_TRAINING'
  | 'TRAINING_BENEFIT_MAXIMUM_TRAINING'
  | 'TRAINING_BENEFIT_MAXIMUM_AND_TEMPO_TRAINING'
  | 'TRAINING_BENEFIT_MAXIMUM_TRAINING_PLUS'
  | (string & {});
export type TrainingSessionTrainingStartTrigger =
  | 'TRAINING_START_TRIGGER_UNSPECIFIED'
  | 'TRAINING_START_MANUAL'
  | 'TRAINING_START_AUTOMATIC_TRAINING_DETECTION'
  | (string & {});
export type TrainingSessionsPhysicalInformationTypicalDay =
  | 'TYPICAL_DAY_UNSPECIFIED'
  | 'TYPICAL_DAY_MOSTLY_SITTING'
  | 'TYPICAL_DAY_TYPICAL_DAY_MOSTLY_STANDING'
  | 'TYPICAL_DAY_MOSTLY_MOVING'
  | (string & {});
export type TrainingSessionsPhysicalInformationWeightSource =
  | 'WEIGHT_SOURCE_UNSPECIFIED'
  | 'WEIGHT_SOURCE_SOURCE_DEFAULT'
  | 'WEIGHT_SOURCE_SOURCE_ESTIMATE'
  | 'WEIGHT_SOURCE_SOURCE_USER'
  | 'WEIGHT_SOURCE_SOURCE_MEASURED'
  | 'WEIGHT_SOURCE_SOURCE_KEEP'
  | (string & {});
export type TrainingLoadReportLoadInterpretation =
  | 'LOAD_INTERPRETATION_UNKNOWN'
  | 'LOAD_INTERPRETATION_VERY_LOW'
  | 'LOAD_INTERPRETATION_LOW'
  | 'LOAD_INTERPRETATION_MEDIUM'
  | 'LOAD_INTERPRETATION_HIGH'
  | 'LOAD_INTERPRETATION_VERY_HIGH'
  | 'LOAD_INTERPRETATION_NOT_AVAILABLE'
  | (string & {});
export type TrainingLoadReportSessionRPE =
  | 'RPE_UNKNOWN'
  | 'RPE_NONE'
  | 'RPE_EASY'
  | 'RPE_LIGHT'
  | 'RPE_FAIRLY_BRISK'
  | 'RPE_BRISK'
  | 'RPE_MODERATE'
  | 'RPE_FAIRLY_HARD'
  | 'RPE_HARD'
  | 'RPE_EXHAUSTING'
  | 'RPE_EXTREME'
  | (string & {});
export type ZonesZoneType =
  | 'ZONE_TYPE_UNSPECIFIED'
  | 'ZONE_TYPE_HEART_RATE'
  | 'ZONE_TYPE_POWER'
  | 'ZONE_TYPE_SPEED'
  | 'ZONE_TYPE_FIT_FAT'
  | (string & {});
export type SwimmingPhaseSwimmingStyle =
  | 'OTHER'
  | 'TURN'
  | 'OTHER_SWIMMING'
  | 'FREESTYLE'
  | 'BREASTSTROKE'
  | 'BACKSTROKE'
  | 'BUTTERFLY'
  | 'DRILL'
  | (string & {});
export type SleepType =
  | 'SLEEP_TYPE_UNKNOWN'
  | 'SLEEP_TYPE_SLEEP_TIME_ONLY'
  | 'SLEEP_TYPE_SLEEP_PLUS'
  | 'SLEEP_TYPE_SLEEP_PLUS_STAGES'
  | (string & {});
export type SleepWakeStateChangeSleepWakeState =
  'SLEEP_WAKE_STATE_SLEEP' | 'SLEEP_WAKE_STATE_WAKE' | 'SLEEP_WAKE_STATE_NO_DATA' | (string & {});
export type SpO2TestResultSpO2TestStatus =
  | 'SPO2_TEST_STATUS_UNKNOWN'
  | 'SPO2_TEST_PASSED'
  | 'SPO2_TEST_INCONCLUSIVE_TOO_LOW_QUALITY_IN_SAMPLES'
  | 'SPO2_TEST_INCONCLUSIVE_TOO_LOW_OVERALL_QUALITY'
  | 'SPO2_TEST_INCONCLUSIVE_TOO_MANY_MISSING_SAMPLES'
  | (string & {});
export type SpO2TestResultSpO2Class =
  'SPO2_CLASS_UNKNOWN' | 'SPO2_CLASS_VERY_LOW' | 'SPO2_CLASS_LOW' | 'SPO2_CLASS_NORMAL' | (string & {});
export type SpO2TestResultDeviationFromBaseline =
  | 'DEVIATION_FROM_BASELINE_UNKNOWN'
  | 'DEVIATION_NO_BASELINE'
  | 'DEVIATION_BELOW_USUAL'
  | 'DEVIATION_USUAL'
  | 'DEVIATION_ABOVE_USUAL'
  | (string & {});
export type SportAutomaticLap =
  'AUTOMATIC_LAP_OFF' | 'AUTOMATIC_LAP_DISTANCE' | 'AUTOMATIC_LAP_DURATION' | 'AUTOMATIC_LAP_LOCATION' | (string & {});
export type SportType = 'SINGLE_SPORT' | 'MULTI_SPORT' | 'SUB_SPORT' | 'FREE_MULTI_SPORT' | (string & {});
export type SportSpeedView = 'SPEED_VIEW_PACE' | 'SPEED_VIEW_SPEED' | (string & {});
export type SportGPSSetting =
  | 'GPS_SETTING_OFF'
  | 'GPS_SETTING_ON_NORMAL'
  | 'GPS_SETTING_ON_LONG'
  | 'GPS_SETTING_ON_10_HZ'
  | 'GPS_SETTING_ON_MEDIUM'
  | (string & {});
export type SportProfileSettingsSpeedView = 'SPEED_VIEW_PACE' | 'SPEED_VIEW_SPEED' | (string & {});
export type SportProfileSettingsZoneOptimizerSetting =
  | 'ZONE_OPTIMIZER_SETTING_OFF'
  | 'ZONE_OPTIMIZER_SETTING_MODIFIED_OFF'
  | 'ZONE_OPTIMIZER_SETTING_DEFAULT'
  | 'ZONE_OPTIMIZER_SETTING_MODIFIED'
  | (string & {});
export type ZonesHeartRateZoneSettingSource =
  | 'HEART_RATE_ZONE_SETTING_SOURCE_DEFAULT'
  | 'HEART_RATE_ZONE_SETTING_SOURCE_THRESHOLD'
  | 'HEART_RATE_ZONE_SETTING_SOURCE_FREE'
  | (string & {});
export type ZonesPowerZoneSettingSource =
  'POWER_ZONE_SETTING_SOURCE_DEFAULT' | 'POWER_ZONE_SETTING_SOURCE_FREE' | (string & {});
export type ZonesSpeedZoneSettingSource =
  'SPEED_ZONE_SETTING_SOURCE_DEFAULT' | 'SPEED_ZONE_SETTING_SOURCE_FREE' | (string & {});
export type ZonesPowerZoneCalculationMethod =
  | 'POWER_ZONE_CALCULATION_METHOD_UNKNOWN'
  | 'POWER_ZONE_CALCULATION_METHOD_FTP_BASED'
  | 'POWER_ZONE_CALCULATION_METHOD_MAP_BASED'
  | (string & {});
export type ZonesSpeedZoneCalculationMethod =
  | 'SPEED_ZONE_CALCULATION_METHOD_UNKNOWN'
  | 'SPEED_ZONE_CALCULATION_METHOD_SPORT_SPECIFIC_PREDEFINED'
  | 'SPEED_ZONE_CALCULATION_METHOD_MAS_BASED'
  | (string & {});
export type TrainingReminderType =
  | 'TRAINING_REMINDER_TYPE_OFF'
  | 'TRAINING_REMINDER_TYPE_CALORIES_BASED'
  | 'TRAINING_REMINDER_TYPE_DISTANCE_BASED'
  | 'TRAINING_REMINDER_TYPE_TIME_BASED'
  | (string & {});
export type SportProfileSettingsPowerView =
  'POWER_VIEW_WATT' | 'POWER_VIEW_WATT_PER_KG' | 'POWER_VIEW_FTP_PERCENT' | (string & {});
export type SportProfileSettingsStrideSpeedSource =
  'STRIDE_SPEED_SOURCE_STRIDE' | 'STRIDE_SPEED_SOURCE_GPS' | (string & {});
export type SportProfileSettingsSwimmingUnits = 'SWIMMING_UNITS_METERS' | 'SWIMMING_UNITS_YARDS' | (string & {});
export type SportProfileSettingsMuscleLoadSetting =
  'MUSCLE_LOAD_SETTING_OFF' | 'MUSCLE_LOAD_SETTING_ON' | (string & {});
export type SportProfileSettingsRemoteButtonAction =
  | 'REMOTE_BUTTON_ACTION_RING_BELL'
  | 'REMOTE_BUTTON_ACTION_ACTIVATE_BACKLIGHT'
  | 'REMOTE_BUTTON_ACTION_CHANGE_TRAINING_VIEW'
  | 'REMOTE_BUTTON_ACTION_TAKE_LAP'
  | 'REMOTE_BUTTON_ACTION_ACTIVATE_SAFETY_LIGHT'
  | 'REMOTE_BUTTON_ACTION_BROWSE_UP'
  | 'REMOTE_BUTTON_ACTION_BROWSE_DOWN'
  | (string & {});
export type SprintDetectionSource =
  | 'SPRINT_DETECTION_SOURCE_OFF'
  | 'SPRINT_DETECTION_SOURCE_SOURCE_ACCELERATION'
  | 'SPRINT_DETECTION_SOURCE_SOURCE_SPEED'
  | (string & {});
export type StrideSensorCalibSettingsStrideCalibType =
  'STRIDE_CALIB_TYPE_MANUAL' | 'STRIDE_CALIB_TYPE_AUTO' | (string & {});
export type StrideSensorCalibSettingsRunningFactorSource =
  | 'RUNNING_FACTOR_SOURCE_DEFAULT'
  | 'RUNNING_FACTOR_SOURCE_AUTO_CALIBRATION'
  | 'RUNNING_FACTOR_SOURCE_MANUAL_CALIBRATION'
  | (string & {});
export type SwimmingPoolInfoSwimmingPoolUnits =
  'SWIMMING_POOL_UNITS_METERS' | 'SWIMMING_POOL_UNITS_YARDS' | (string & {});
export type SportProfileProductInfoAltitudeSetting = 'ALTITUDE_SETTING_OFF' | 'ALTITUDE_SETTING_ON' | (string & {});
export type SportProfileProductInfoGPSSetting =
  | 'GPS_SETTING_OFF'
  | 'GPS_SETTING_ON_NORMAL'
  | 'GPS_SETTING_ON_LONG'
  | 'GPS_SETTING_ON_10_HZ'
  | 'GPS_SETTING_ON_MEDIUM'
  | (string & {});
export type SportProfileProductInfoHeartRateView =
  | 'HEART_RATE_VIEW_BPM'
  | 'HEART_RATE_VIEW_PERCENTS_OF_HR_RESERVE'
  | 'HEART_RATE_VIEW_PERCENTS_OF_MAX_HR'
  | (string & {});
export type SportProfileProductInfoTapButtonAction =
  | 'TAP_BUTTON_ACTION_OFF'
  | 'TAP_BUTTON_ACTION_TAKE_LAP'
  | 'TAP_BUTTON_ACTION_CHANGE_TRAINING_VIEW'
  | 'TAP_BUTTON_ACTION_ACTIVATE_BACKLIGHT'
  | (string & {});
export type SportProfileProductInfoSportTapButtonSensitivity =
  | 'SPORT_TAP_BUTTON_SENSITIVITY_OFF'
  | 'SPORT_TAP_BUTTON_SENSITIVITY_VERY_LOW'
  | 'SPORT_TAP_BUTTON_SENSITIVITY_LOW'
  | 'SPORT_TAP_BUTTON_SENSITIVITY_MEDIUM'
  | 'SPORT_TAP_BUTTON_SENSITIVITY_HIGH'
  | (string & {});
export type SubscriptionPlanStore =
  'STORE_UNKNOWN' | 'GOOGLE_PLAY_STORE' | 'POLAR_BETA' | 'APPLE_APP_STORE' | (string & {});
export type UserSubscriptionStatus =
  | 'STATUS_UNKNOWN'
  | 'ACTIVE'
  | 'CANCELLED'
  | 'PAUSED'
  | 'IN_GRACE_PERIOD'
  | 'IN_BILLING_RETRY'
  | 'EXPIRED'
  | (string & {});
export type TemperatureMeasurementType = 'TM_UNKNOWN' | 'TM_SKIN_TEMPERATURE' | 'TM_CORE_TEMPERATURE' | (string & {});

/**
 * Access tokens could not be refreshed several times in a row. ConnectionRestored or ConsentRevoked follows.
 */
export interface AccessTokenRefreshFailed extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * Failures in a row.
     */
    failures: number;
  };
}
/**
 * What the events of an athlete have in common.
 */
export interface EventEnvelope {
  /**
   * Id of the athlete's connection; the message's key.
   */
  connection: string;
  /**
   * How the tenant calls the athlete.
   */
  userReference: string;
  /**
   * Rises with each change of the identity, from 1.
   */
  revision: number;
  /**
   * How it came about: `live` as it happened, `backfill` from the time before the connection, `reconcile` by the comparison of whole listings (deletions).
   */
  mode: 'live' | 'backfill' | 'reconcile';
  /**
   * When the bridge saw it. RFC 3339, UTC.
   */
  observedAt: string;
  /**
   * When it changed at Polar. RFC 3339; null where Polar does not say.
   */
  polarModifiedAt: string | null;
  /**
   * The athlete's offset from UTC in minutes, east is positive; null until the data tell it.
   */
  utcOffsetMinutes: number | null;
}
/**
 * What there is of a consent of the athlete to Polar now, whole. A message without a value says that there is none any more.
 */
export interface AccountConsentState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: type of consent.
   */
  identity: string[];
  data: {
    /**
     * Type of consent.
     */
    type: string;
    /**
     * Versions that stand, oldest first.
     */
    consents: Consent[];
    /**
     * What was accepted and withdrawn, oldest first.
     */
    consentHistoryStates: ConsentHistoryState[];
  };
}
export interface Consent {
  type?: string;
  version?: string;
  accepted?: boolean;
  metadata?: ConsentMetadata[];
  approvedDataTypes?: string[];
  unapprovedDataTypes?: string[];
}
export interface ConsentMetadata {
  description?: string;
  content?: string;
}
export interface ConsentHistoryState {
  type?: string;
  version?: string;
  created?: string;
  state?: ConsentHistoryStateState;
  consentMetadata?: ConsentMetadata[];
}
/**
 * What there is of the section of language, units and offset now, whole. A message without a value says that there is none any more.
 */
export interface AccountLocalizationSettingsState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `localizationSettings`.
   */
  identity: string[];
  data: LocalizationSettings;
}
export interface LocalizationSettings {
  firstDayOfWeek?: LocalizationSettingsFirstDayOfWeek;
  measurementUnit?: LocalizationSettingsMeasurementUnit;
  dateFormat?: LocalizationSettingsDateFormat;
  dateSeparator?: LocalizationSettingsDateSeparator;
  timeFormat?: LocalizationSettingsTimeFormat;
  timeSeparator?: LocalizationSettingsTimeFormatSeparator;
  /**
   * Minutes east of UTC.
   */
  timezoneOffsetMinutes?: number;
  language?: string;
  flowLanguage?: string;
}
/**
 * What there is of the physical information of the account now, whole. A message without a value says that there is none any more.
 */
export interface AccountPhysicalInformationState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `physicalInformation`.
   */
  identity: string[];
  data: UserPhysicalInformation;
}
export interface UserPhysicalInformation {
  sex?: UserPhysicalInformationSex;
  birthday?: string;
  /**
   * Centimetres.
   */
  height?: number;
  /**
   * Kilograms.
   */
  weight?: number;
  weightSource?: UserPhysicalInformationWeightSource;
  trainingBackground?: UserPhysicalInformationTrainingBackground;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2Max?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Beats per minute.
   */
  restingHeartRate?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  /**
   * Milliseconds. Unsigned 64-bit integer, as text.
   */
  sleepGoal?: string;
  typicalDay?: UserPhysicalInformationTypicalDay;
  /**
   * Metabolic equivalents.
   */
  metThreshold?: number;
  weeklyRecoveryTimeSum?: number;
  /**
   * Watts.
   */
  functionalThresholdPower?: number;
  /**
   * Kilometres per hour.
   */
  speedCalibrationOffset?: number;
  /**
   * Watts.
   */
  maximumAerobicPower?: number;
  /**
   * Minutes per kilometre.
   */
  maximumAerobicSpeed?: number;
  created?: string;
  modified?: string;
  weightLastModified?: string;
  trainingBackgroundLastModified?: string;
  vo2MaxLastModified?: string;
  sleepGoalLastModified?: string;
  weeklyRecoveryTimeSumLastModified?: string;
  functionalThresholdPowerLastModified?: string;
  maximumAerobicPowerLastModified?: string;
  maximumAerobicSpeedLastModified?: string;
}
/**
 * What there is of the profile now, whole. A message without a value says that there is none any more.
 */
export interface AccountProfileState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `profile`.
   */
  identity: string[];
  data: {
    profileInformation?: ProfileInformation;
    generalSettings?: UserSetting[];
    basicInfo?: {
      firstName?: string;
      lastName?: string;
      nickname?: string;
      created?: string;
      modified?: string;
    };
  };
}
export interface ProfileInformation {
  motto?: string;
  favoriteSports?: SportReference[];
}
export interface SportReference {
  id?: string;
}
export interface UserSetting {
  name?: string;
  value?: string;
}
/**
 * What there is of the section of test preferences now, whole. A message without a value says that there is none any more.
 */
export interface AccountUserTestPreferencesState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `userTestPreferences`.
   */
  identity: string[];
  data: UserTestPreferences;
}
export interface UserTestPreferences {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  orthostaticResetDate?: string;
  created?: string;
  modified?: string;
}
/**
 * What there is of one hour of activity of one device now, whole. A message without a value says that there is none any more.
 */
export interface ActivityChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'activity';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    deviceReference: ActivityDeviceReference;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per list and recording: `stepSamples` and `metSamples` in buckets of equal length, `activityInfos`, `inactivityInfos` and `sportInfos` as columns of moments. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * Which list of the recording.
       */
      type: string;
      /**
       * Index of the recording of the day, from 0.
       */
      recording: number;
      /**
       * Buckets: time on the athlete's clock at which the first of all buckets begins.
       */
      startTime?: string | null;
      /**
       * Buckets: milliseconds of one.
       */
      interval?: number | null;
      /**
       * Buckets: index of the first one in here, counted from `startTime`.
       */
      startIndex?: number;
      /**
       * `stepSamples`: steps in each bucket.
       */
      steps?: (number | null)[];
      /**
       * `metSamples`: metabolic equivalents in each bucket.
       */
      mets?: (number | null)[];
      /**
       * Changes: time on the athlete's clock.
       */
      time?: (string | null)[];
      /**
       * `activityInfos`: the class from then on.
       */
      activityClass?: (string | null)[];
      /**
       * `activityInfos`, `sportInfos`: the activity factor from then on, 0 to 10.
       */
      factor?: (number | null)[];
    }[];
  };
}
export interface ActivityDeviceReference {
  deviceId?: string;
}
/**
 * One hour of a day of one device, as columns. Only hours that are new or changed are sent.
 */
export interface ActivityDayChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'activity';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    deviceReference: ActivityDeviceReference;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per list and recording: `stepSamples` and `metSamples` in buckets of equal length, `activityInfos`, `inactivityInfos` and `sportInfos` as columns of moments. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * Which list of the recording.
       */
      type: string;
      /**
       * Index of the recording of the day, from 0.
       */
      recording: number;
      /**
       * Buckets: time on the athlete's clock at which the first of all buckets begins.
       */
      startTime?: string | null;
      /**
       * Buckets: milliseconds of one.
       */
      interval?: number | null;
      /**
       * Buckets: index of the first one in here, counted from `startTime`.
       */
      startIndex?: number;
      /**
       * `stepSamples`: steps in each bucket.
       */
      steps?: (number | null)[];
      /**
       * `metSamples`: metabolic equivalents in each bucket.
       */
      mets?: (number | null)[];
      /**
       * Changes: time on the athlete's clock.
       */
      time?: (string | null)[];
      /**
       * `activityInfos`: the class from then on.
       */
      activityClass?: (string | null)[];
      /**
       * `activityInfos`, `sportInfos`: the activity factor from then on, 0 to 10.
       */
      factor?: (number | null)[];
    }[];
  };
}
/**
 * The day is over and has not changed for `finaliseSeconds`. When a watch brings late data all the same, Updated and another Finalized follow.
 */
export interface ActivityDayFinalized extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'activity';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    target?: ActivityTarget;
    physicalInformation?: PhysicalInformation;
    deviceReference?: ActivityDeviceReference;
    /**
     * The device's recordings of the day, in order, without their series: those come as chunks.
     */
    activitySamples?: {
      stepSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
      metSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
    }[];
    /**
     * Steps of the day that this device has counted. Do not add up several devices.
     */
    steps: number;
    /**
     * MET-minutes of the day.
     */
    metMinutes: number;
    /**
     * Seconds in each activity class, by the provider's name of the class.
     */
    classSeconds: {
      [k: string]: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface ActivityTarget {
  /**
   * MET-minutes.
   */
  minDailyMetGoal?: number;
}
export interface PhysicalInformation {
  birthday?: string;
  sex?: PhysicalInformationSex;
  /**
   * Centimetres.
   */
  height?: number;
  /**
   * Kilograms.
   */
  weight?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Beats per minute.
   */
  restingHeartRate?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2Max?: number;
  trainingBackground?: PhysicalInformationTrainingBackground;
  weightSource?: PhysicalInformationWeightSource;
  /**
   * Milliseconds. Unsigned 64-bit integer, as text.
   */
  sleepGoal?: string;
}
/**
 * What there is of a day of activity of one device now, whole. A message without a value says that there is none any more.
 */
export interface ActivityDayState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'activity';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    target?: ActivityTarget;
    physicalInformation?: PhysicalInformation;
    deviceReference?: ActivityDeviceReference;
    /**
     * The device's recordings of the day, in order, without their series: those come as chunks.
     */
    activitySamples?: {
      stepSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
      metSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
    }[];
    /**
     * Steps of the day that this device has counted. Do not add up several devices.
     */
    steps: number;
    /**
     * MET-minutes of the day.
     */
    metMinutes: number;
    /**
     * Seconds in each activity class, by the provider's name of the class.
     */
    classSeconds: {
      [k: string]: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * The day is new or has grown. Comes after its chunks and lists them with their hashes.
 */
export interface ActivityDayUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'activity';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    date?: string;
    target?: ActivityTarget;
    physicalInformation?: PhysicalInformation;
    deviceReference?: ActivityDeviceReference;
    /**
     * The device's recordings of the day, in order, without their series: those come as chunks.
     */
    activitySamples?: {
      stepSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
      metSamples?: {
        /**
         * Time on the athlete's clock.
         */
        startTime?: string;
        /**
         * Milliseconds of one bucket.
         */
        interval?: number;
      };
    }[];
    /**
     * Steps of the day that this device has counted. Do not add up several devices.
     */
    steps: number;
    /**
     * MET-minutes of the day.
     */
    metMinutes: number;
    /**
     * Seconds in each activity class, by the provider's name of the class.
     */
    classSeconds: {
      [k: string]: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface AlcorSiriusDisplaySettings {
  display?: TrainingDisplay[];
  lastShownDisplay?: number;
  addedDefaultDisplays?: number;
}
export interface TrainingDisplay {
  items?: TrainingDisplayItem[];
}
export interface TrainingDisplayItem {
  name?: string;
  id?: number;
}
export interface Analysis {
  /**
   * Percent.
   */
  efficiencyPercent?: number;
  /**
   * 0 to 5.
   */
  continuityIndex?: number;
  continuityClass?: number;
  feedback?: string;
}
export interface ApplicationReference {
  name?: string;
}
export interface AutoLapSettings {
  automaticLap?: AutoLapSettingsAutomaticLap;
  automaticLapDistance?: number;
  automaticLapDuration?: number;
}
export interface AutoPause {
  trigger?: AutoPauseTrigger;
  speedThreshold?: number;
}
/**
 * All of its days were fetched, or it was cancelled.
 */
export interface BackfillCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: start of the backfill.
   */
  identity: string[];
  data: {
    /**
     * When it began: names the backfill.
     */
    startedAt: string;
    /**
     * First day, local to the athlete.
     */
    from: string;
    /**
     * The day after the last one.
     */
    to: string;
    /**
     * Somebody has ended it before all was fetched.
     */
    cancelled: boolean;
    /**
     * How many events it has told, by type.
     */
    counts: {
      [k: string]: number;
    };
    /**
     * Requests that it has cost.
     */
    requestsUsed: number;
    /**
     * Days that were given up for now; they follow when they can be read. Of a cancelled one also those that were not read of all of its resources.
     */
    missingDays: string[];
  };
}
/**
 * All of its days were fetched of one of the resources, and others are left.
 */
export interface BackfillProgressed extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: start of the backfill, resource.
   */
  identity: string[];
  data: {
    /**
     * When it began: names the backfill.
     */
    startedAt: string;
    /**
     * First day, local to the athlete.
     */
    from: string;
    /**
     * The day after the last one.
     */
    to: string;
    /**
     * Name of the resource, such as `sleeps`.
     */
    resource: string;
    /**
     * Names of the resources that are still fetched, sorted.
     */
    left: string[];
    /**
     * How many events it has told, by type.
     */
    counts: {
      [k: string]: number;
    };
    /**
     * Requests that it has cost.
     */
    requestsUsed: number;
  };
}
/**
 * Days of the past begin to be fetched: of those before the connection, those that somebody asks for, or those that a watch has brought late.
 */
export interface BackfillStarted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: start of the backfill.
   */
  identity: string[];
  data: {
    /**
     * When it began: names the backfill.
     */
    startedAt: string;
    /**
     * First day, local to the athlete.
     */
    from: string;
    /**
     * The day after the last one.
     */
    to: string;
    /**
     * What began it: `connect`, `demand`, or `device`, a watch that synced after a while. More may come.
     */
    origin: string;
    /**
     * Names of the resources that are fetched.
     */
    resources: string[];
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked an entry of the diary. `ce_mode` is `reconcile`.
 */
export interface CalendarEntryDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * An entry changed; `changedFields` names the fields. Also the first sight of an entry of a kind that nobody foresaw.
 */
export interface CalendarEntryRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    note?: Note;
    feeling?: Feeling;
    feedback?: Feedback;
    perceivedRecovery?: PerceivedRecovery;
    weight?: Weight;
    physicalInformation?: CalendarPhysicalInformation;
  };
}
export interface Note {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  value?: string;
}
export interface Feeling {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  value?: number;
  comment?: string;
}
export interface Feedback {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  value?: string;
}
export interface PerceivedRecovery {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  muscleSoreness?: PerceivedRecoveryMuscleSoreness;
  overallFatigue?: PerceivedRecoveryOverallFatigue;
  sleepUserRating?: PerceivedRecoverySleepUserRating;
}
export interface Weight {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  value?: number;
}
export interface CalendarPhysicalInformation {
  created?: string;
  modified?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  dateTime?: string;
  /**
   * Centimetres.
   */
  height?: number;
  /**
   * Kilograms.
   */
  weight?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Beats per minute.
   */
  restingHeartRate?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2Max?: number;
  trainingBackground?: PhysicalInformationTrainingBackground;
  weightSource?: PhysicalInformationWeightSource;
  /**
   * Unsigned 64-bit integer, as text.
   */
  sleepGoal?: string;
  typicalDay?: PhysicalInformationTypicalDay;
  weeklyRtSum?: number;
  /**
   * Watts.
   */
  functionalThresholdPower?: number;
}
/**
 * What there is of an entry of the diary now, whole. A message without a value says that there is none any more.
 */
export interface CalendarEntryState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    note?: Note;
    feeling?: Feeling;
    feedback?: Feedback;
    perceivedRecovery?: PerceivedRecovery;
    weight?: Weight;
    physicalInformation?: CalendarPhysicalInformation;
  };
}
export interface CalibrationOffset {
  sampleSourceType?: CalibrationOffsetSampleSourceType;
  value?: number;
}
export interface CapellaDisplaySettings {
  trainingDisplay?: TrainingDisplay[];
  lapDisplay?: TrainingDisplay[];
}
export interface CompletedRound {
  type?: CompletedRoundType;
  /**
   * Milliseconds.
   */
  startTimeDeltaMillis?: number;
  /**
   * Milliseconds.
   */
  endTimeDeltaMillis?: number;
  workoutPhase?: CompletedRoundWorkoutPhase;
  completedSets?: CompletedSet[];
}
export interface CompletedSet {
  type?: CompletedSetType;
  /**
   * Milliseconds.
   */
  startTimeDeltaMillis?: number;
  /**
   * Milliseconds.
   */
  endTimeDeltaMillis?: number;
  resistanceType?: CompletedSetResistanceType;
  movement?: string;
  /**
   * Beats per minute.
   */
  avgHeartRate?: number;
  /**
   * Beats per minute.
   */
  maxHeartRate?: number;
}
/**
 * The athlete was erased, and this is the last event of the connection; each connection that there was with the same user reference has one. Delete everything that you have of the athlete, this user reference too.
 */
export interface ConnectionErased extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * Polar's licence asks to delete what you have of the athlete.
     */
    deletionRequired: true;
  };
}
/**
 * The athlete gave consent for the first time: `ce_sequence` 1. Order holds inside a topic, so the events of other topics may be read before it.
 */
export interface ConnectionEstablished extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * OAuth scopes that the athlete granted, sorted.
     */
    scopes: string[];
    /**
     * The athlete's id at Polar; null while Polar does not tell it.
     */
    polarUserId: string | null;
  };
}
/**
 * The tenant has paused it: there is no news of the data until ConnectionRestored, which is followed by all that happened meanwhile.
 */
export interface ConnectionPaused extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
  };
}
/**
 * The tenant disconnected the athlete. Delete what you have of the athlete.
 */
export interface ConnectionRemoved extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * Polar's licence asks to delete what you have of the athlete.
     */
    deletionRequired: true;
  };
}
/**
 * It is polled as it should be: consent was given again (`consent_given`), it was paused (`resumed`), or access tokens can be refreshed again (`refresh_recovered`).
 */
export interface ConnectionRestored extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * OAuth scopes that the athlete granted, sorted.
     */
    scopes: string[];
    /**
     * The athlete's id at Polar; null while Polar does not tell it.
     */
    polarUserId: string | null;
  };
}
/**
 * A consent of the athlete to Polar is there for the first time, or changed.
 */
export interface ConsentChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: type of consent.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * Type of consent.
     */
    type: string;
    /**
     * Versions that stand, oldest first.
     */
    consents: Consent[];
    /**
     * What was accepted and withdrawn, oldest first.
     */
    consentHistoryStates: ConsentHistoryState[];
  };
}
/**
 * The consent is gone: the athlete has to give it again, and there is no news until then. Delete what you have of the athlete if `deletionRequired` says so: all of it is told anew after ConnectionRestored then.
 */
export interface ConsentRevoked extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * Whether Polar's licence asks to delete what you have of the athlete. False where an answer of Polar's was lost on the way and nobody has withdrawn anything: it goes on where it stopped.
     */
    deletionRequired: boolean;
  };
}
export interface ContinuousSamplesDeviceReference {
  deviceId?: string;
}
export interface CyclingTest {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  warmup?: TestPhase;
  performance?: TestPhase;
  cooldown?: TestPhase;
  fitnessClass?: CyclingTestFitnessClass;
  /**
   * Watts.
   */
  functionalThresholdPower?: number;
  /**
   * Watts.
   */
  previousFunctionalThresholdPower?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2max?: number;
}
export interface TestPhase {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  /**
   * Milliseconds.
   */
  durationMillis?: number;
  /**
   * Beats per minute.
   */
  avgHrBpm?: number;
  /**
   * Beats per minute.
   */
  maxHrBpm?: number;
  /**
   * Kilometres per hour.
   */
  avgSpeedKmh?: number;
  /**
   * Kilometres per hour.
   */
  maxSpeedKmh?: number;
  /**
   * Rounds per minute.
   */
  avgCadence?: number;
  /**
   * Rounds per minute.
   */
  maxCadence?: number;
  /**
   * Watts.
   */
  avgPower?: number;
  /**
   * Watts.
   */
  maxPower?: number;
}
export interface Device {
  deviceReference?: DeviceReference;
  firmwareVersion?: string;
  hardwareIdentifier?: string;
  salesRegion?: string;
  productVariant?: ProductVariantReference;
}
export interface DeviceReference {
  uuid?: string;
}
export interface ProductVariantReference {
  productDescription?: string;
  productColor?: string;
}
/**
 * The athlete gave up a device.
 */
export interface DeviceDeregistered extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device, when.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    eventTimestamp?: string;
    deviceReference?: DeviceReference;
    eventType?: DeviceRegistrationEventEventType;
    deregistered?: string;
    /**
     * The device; null where the provider does not describe it.
     */
    device: Device | null;
  };
}
/**
 * What there is of the deregistration of a device now, whole. A message without a value says that there is none any more.
 */
export interface DeviceDeregistrationState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device, when.
   */
  identity: string[];
  data: {
    eventTimestamp?: string;
    deviceReference?: DeviceReference;
    eventType?: DeviceRegistrationEventEventType;
    deregistered?: string;
    /**
     * The device; null where the provider does not describe it.
     */
    device: Device | null;
  };
}
/**
 * A device has another firmware.
 */
export interface DeviceFirmwareUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    deviceReference?: DeviceReference;
    firmwareVersion?: string;
    hardwareIdentifier?: string;
    salesRegion?: string;
    productVariant?: ProductVariantReference;
    registered?: string;
    deviceSettings?: UserDeviceSetting[];
  };
}
export interface UserDeviceSetting {
  name?: string;
  value?: string;
}
/**
 * The athlete registered a device.
 */
export interface DeviceRegistered extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device, when.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    eventTimestamp?: string;
    deviceReference?: DeviceReference;
    eventType?: DeviceRegistrationEventEventType;
    registered?: string;
    /**
     * The device; null where the provider does not describe it.
     */
    device: Device | null;
  };
}
/**
 * What there is of the registration of a device now, whole. A message without a value says that there is none any more.
 */
export interface DeviceRegistrationState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device, when.
   */
  identity: string[];
  data: {
    eventTimestamp?: string;
    deviceReference?: DeviceReference;
    eventType?: DeviceRegistrationEventEventType;
    registered?: string;
    /**
     * The device; null where the provider does not describe it.
     */
    device: Device | null;
  };
}
/**
 * A device in use is there for the first time, or its settings changed.
 */
export interface DeviceSettingsChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    deviceReference?: DeviceReference;
    firmwareVersion?: string;
    hardwareIdentifier?: string;
    salesRegion?: string;
    productVariant?: ProductVariantReference;
    registered?: string;
    deviceSettings?: UserDeviceSetting[];
  };
}
/**
 * What there is of a device in use now, whole. A message without a value says that there is none any more.
 */
export interface DeviceState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'user-devices';
  /**
   * Unique with `resource` inside one connection: uuid of the device.
   */
  identity: string[];
  data: {
    deviceReference?: DeviceReference;
    firmwareVersion?: string;
    hardwareIdentifier?: string;
    salesRegion?: string;
    productVariant?: ProductVariantReference;
    registered?: string;
    deviceSettings?: UserDeviceSetting[];
  };
}
/**
 * A watch has synced: derived from the first news of a resource that only a sync moves. Told once per sync; the news of its other resources come within minutes.
 */
export interface DeviceSynced extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'device-sync';
  /**
   * Unique with `resource` inside one connection: when it was observed.
   */
  identity: string[];
  data: {
    /**
     * The resource whose news told of it.
     */
    resource: string;
    /**
     * Days that it has touched, as far as the news tell.
     */
    days: string[];
  };
}
export interface DirectionInstruction {
  turn?: DirectionInstructionTurn;
  fork?: DirectionInstructionFork;
  continueStraight?: DirectionInstructionContinueStraight;
  uTurn?: DirectionInstructionUTurn;
  roundaboutExit?: DirectionInstructionRoundaboutExit;
}
export interface DirectionInstructionTurn {
  direction?: TurnDirection;
  type?: TurnType;
}
export interface DirectionInstructionFork {
  direction?: ForkDirection;
}
export interface DirectionInstructionContinueStraight {}
export interface DirectionInstructionUTurn {}
export interface DirectionInstructionRoundaboutExit {
  currentExitNumber?: number;
  targetExitNumber?: number;
  totalExits?: number;
  orientation?: RoundaboutExitRoundaboutOrientation;
}
export interface DownHill {
  downhillNumber?: number;
  /**
   * Metres.
   */
  descentMeters?: number;
  /**
   * Percent.
   */
  avgDeclinePercent?: number;
}
/**
 * An ECG is there for the first time. The long series come as chunks.
 */
export interface EcgTestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    ecgTestResult: {
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      testTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Minutes.
       */
      timeZoneOffsetMinutes?: number;
      deviceReference?: TestDeviceReference;
      /**
       * Beats per minute.
       */
      averageHeartRateBpm?: number;
      /**
       * Milliseconds.
       */
      heartRateVariabilityMs?: number;
      heartRateVariabilityLevel?: ECGTestResultECGHeartRateVariabilityLevel;
      /**
       * Milliseconds.
       */
      rriMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtContractionMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtRelaxationMs?: number;
      pulseTransitTimeQualityIndex?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface TestDeviceReference {
  uuid?: string;
}
export interface Entitlement {
  name?: string;
}
export interface EventLogEntity {
  event?: string;
  generatedBy?: string;
  createdAt?: string;
}
export interface ExerciseReference {
  id?: string;
}
export interface ExerciseStatistics {
  statistics?: Statistics[];
  swimmingStatistics?: SwimmingStatistics;
  trainingPeaksStatistics?: TrainingPeaksStatistics;
}
export interface Statistics {
  type?: StatisticsType;
  /**
   * In the unit of the type of statistics.
   */
  min?: number;
  /**
   * In the unit of the type of statistics.
   */
  avg?: number;
  /**
   * In the unit of the type of statistics.
   */
  max?: number;
}
export interface SwimmingStatistics {
  /**
   * Metres.
   */
  distanceMeters?: number;
  totalStrokeCount?: number;
  poolsSwum?: number;
  poolUnits?: SwimmingStatisticsPoolUnit;
  poolLength?: number;
  swimmingStyles?: SwimmingStyleStatistics[];
}
export interface SwimmingStyleStatistics {
  style?: SwimmingStyleStatisticsSwimmingStyle;
  /**
   * Metres.
   */
  distanceMeters?: number;
  strokeCount?: number;
  /**
   * Milliseconds.
   */
  swimmingTimeTotalMillis?: number;
  /**
   * Milliseconds.
   */
  poolTimeMinMillis?: number;
  /**
   * Beats per minute.
   */
  hrAvg?: number;
  /**
   * Beats per minute.
   */
  hrMax?: number;
  /**
   * Seconds plus strokes for one length of the pool.
   */
  swolfAvg?: number;
}
export interface TrainingPeaksStatistics {
  intensityFactor?: number;
  /**
   * Watts.
   */
  normalizedPower?: number;
  trainingStressScore?: number;
}
export interface ExerciseTarget {
  idx?: number;
  type?: ExerciseTargetExerciseType;
  /**
   * Milliseconds.
   */
  duration?: number;
  /**
   * Metres.
   */
  distance?: number;
  /**
   * Kilocalories.
   */
  kiloCalories?: number;
  /**
   * Unsigned 64-bit integer, as text.
   */
  sportId?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  routeId?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  segmentId?: string;
  phaseOrRepeat?: PhaseOrRepeat[];
}
export interface PhaseOrRepeat {
  name?: string;
  changeType?: PhaseOrRepeatChangeType;
  goal?: PhaseGoal;
  intensity?: PhaseIntensity;
  /**
   * How often the phases inside are repeated; 2 to 99.
   */
  repeatCount?: number;
  phaseOrRepeat?: PhaseOrRepeat[];
}
export interface PhaseGoal {
  type?: PhaseGoalGoalType;
  /**
   * Milliseconds.
   */
  duration?: number;
  /**
   * Metres.
   */
  distance?: number;
}
export interface PhaseIntensity {
  type?: PhaseIntensityIntensityType;
  /**
   * The lowest heart rate, speed or power zone of the phase.
   */
  lowerZone?: number;
  /**
   * The highest heart rate, speed or power zone of the phase.
   */
  upperZone?: number;
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a favorite training target. `ce_mode` is `reconcile`.
 */
export interface FavoriteRemoved extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'favorites';
  /**
   * Unique with `resource` inside one connection: id of the favorite.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * A favorite training target changed; `changedFields` names the fields.
 */
export interface FavoriteRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'favorites';
  /**
   * Unique with `resource` inside one connection: id of the favorite.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    favorite?: FavoriteTrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
export interface FavoriteTrainingSessionTarget {
  /**
   * Unsigned 64-bit integer, as text.
   */
  id?: string;
  created?: string;
  modified?: string;
  name?: string;
  description?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  organisationId?: string;
}
/**
 * A favorite training target is there for the first time.
 */
export interface FavoriteSaved extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'favorites';
  /**
   * Unique with `resource` inside one connection: id of the favorite.
   */
  identity: string[];
  data: {
    favorite?: FavoriteTrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
/**
 * What there is of a favorite training target now, whole. A message without a value says that there is none any more.
 */
export interface FavoriteState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'favorites';
  /**
   * Unique with `resource` inside one connection: id of the favorite.
   */
  identity: string[];
  data: {
    favorite?: FavoriteTrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
export interface FavoriteTargetReference {
  id?: string;
}
/**
 * The athlete got feedback on their training.
 */
export interface FeedbackReceived extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    feedback: Feedback;
  };
}
/**
 * The athlete said how they feel.
 */
export interface FeelingReported extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    feeling: Feeling;
  };
}
/**
 * A fitness test is there for the first time. The long series come as chunks.
 */
export interface FitnessTestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    fitnessTestResult: FitnessTestResult;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface FitnessTestResult {
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  ownIndex?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Resting heart rate in beats per minute.
   */
  averageHeartRate?: number;
  fitnessClass?: FitnessTestResultFitnessClass;
  /**
   * Minutes.
   */
  timezoneOffsetMinutes?: number;
  physicalInformation?: TestsPhysicalInformation;
}
export interface TestsPhysicalInformation {
  birthday?: string;
  sex?: TestsPhysicalInformationSex;
  /**
   * Centimetres.
   */
  height?: number;
  /**
   * Kilograms.
   */
  weight?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Beats per minute.
   */
  restingHeartRate?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2Max?: number;
  trainingBackground?: PhysicalInformationTrainingBackground;
  weightSource?: PhysicalInformationWeightSource;
  /**
   * Milliseconds. Unsigned 64-bit integer, as text.
   */
  sleepGoal?: string;
}
/**
 * What there is of one hour of heart rate of one device now, whole. A message without a value says that there is none any more.
 */
export interface HeartRateChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'continuous-samples';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    deviceRef: ContinuousSamplesDeviceReference1;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds from local midnight. The provider marks gaps by samples that lack one of the two values.
     */
    offsetMillis: (number | null)[];
    /**
     * Beats per minute.
     */
    heartRate: (number | null)[];
    /**
     * What caused each sample; one value where all are the same.
     */
    triggerType: (string | null) | (string | null)[];
  };
}
/**
 * The device.
 */
export interface ContinuousSamplesDeviceReference1 {
  deviceId?: string;
}
/**
 * One hour of a day of one device, as columns of equal length. Only hours that are new or changed are sent.
 */
export interface HeartRateDayChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'continuous-samples';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    deviceRef: ContinuousSamplesDeviceReference2;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds from local midnight. The provider marks gaps by samples that lack one of the two values.
     */
    offsetMillis: (number | null)[];
    /**
     * Beats per minute.
     */
    heartRate: (number | null)[];
    /**
     * What caused each sample; one value where all are the same.
     */
    triggerType: (string | null) | (string | null)[];
  };
}
/**
 * The device.
 */
export interface ContinuousSamplesDeviceReference2 {
  deviceId?: string;
}
/**
 * The day is over and has not changed for `finaliseSeconds`. When a watch brings late data all the same, Updated and another Finalized follow.
 */
export interface HeartRateDayFinalized extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'continuous-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    deviceRef?: ContinuousSamplesDeviceReference;
    /**
     * Changes with the samples; opaque.
     */
    state?: number;
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    minHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    avgHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    maxHeartRate: number | null;
    /**
     * Milliseconds from local midnight to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from local midnight to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of a day of heart rate of one device now, whole. A message without a value says that there is none any more.
 */
export interface HeartRateDayState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'continuous-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    deviceRef?: ContinuousSamplesDeviceReference;
    /**
     * Changes with the samples; opaque.
     */
    state?: number;
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    minHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    avgHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    maxHeartRate: number | null;
    /**
     * Milliseconds from local midnight to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from local midnight to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * The day is new or has grown. Comes after its chunks and lists them with their hashes.
 */
export interface HeartRateDayUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'continuous-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    date?: string;
    deviceRef?: ContinuousSamplesDeviceReference;
    /**
     * Changes with the samples; opaque.
     */
    state?: number;
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    minHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    avgHeartRate: number | null;
    /**
     * Beats per minute; null where no sample has a heart rate.
     */
    maxHeartRate: number | null;
    /**
     * Milliseconds from local midnight to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from local midnight to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface HeartRateZone {
  lowerLimit?: number;
  higherLimit?: number;
}
export interface Hill {
  type?: HillType;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  upHill?: UpHill;
  downHill?: DownHill;
  /**
   * Metres.
   */
  distanceMeters?: number;
  /**
   * Kilometres per hour.
   */
  maxSpeedKmh?: number;
  /**
   * Kilometres per hour.
   */
  avgSpeedKmh?: number;
  /**
   * Metres.
   */
  startAltitudeMeters?: number;
  /**
   * Metres.
   */
  endAltitudeMeters?: number;
  /**
   * Beats per minute.
   */
  avgHrBpm?: number;
  /**
   * Beats per minute.
   */
  maxHrBpm?: number;
  /**
   * Milliseconds.
   */
  duration?: number;
  /**
   * Rounds per minute.
   */
  avgCadence?: number;
  /**
   * Rounds per minute.
   */
  maxCadence?: number;
  /**
   * Watts.
   */
  avgPower?: number;
  /**
   * Watts.
   */
  maxPower?: number;
}
export interface UpHill {
  uphillNumber?: number;
  /**
   * Metres.
   */
  ascentMeters?: number;
  /**
   * Percent.
   */
  avgInclinePercent?: number;
}
export interface HillSplits {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  /**
   * Metres.
   */
  totalUphillDistanceMeters?: number;
  /**
   * Metres.
   */
  totalDownhillDistanceMeters?: number;
  totalUphillCount?: number;
  totalDownhillCount?: number;
  hills?: Hill[];
}
export interface Hypnogram {
  sleepStart?: string;
  sleepEnd?: string;
  alarmStopTime?: string;
  alarmSnoozeTimes?: string[];
  sleepStateChanges?: SleepStateChange[];
  /**
   * Seconds by which the athlete moved the start.
   */
  sleepStartOffsetSeconds?: number;
  /**
   * Seconds by which the athlete moved the end.
   */
  sleepEndOffsetSeconds?: number;
  sleepRating?: HypnogramSleepRating;
  /**
   * How long the athlete wants to sleep. ISO 8601 duration in seconds.
   */
  sleepGoal?: string;
  birthday?: string;
  deviceReference?: DeviceReference;
  batteryRanOut?: boolean;
}
export interface SleepStateChange {
  /**
   * ISO 8601 duration in seconds.
   */
  offsetFromStart?: string;
  newState?: SleepStateChangeSleepState;
}
/**
 * A test inside a session (cycling, running, walking) has a result, or another one.
 */
export interface InSessionTestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, kind of test.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    testResults: TestResults;
  };
}
/**
 * The one result.
 */
export interface TestResults {
  cyclingTest?: CyclingTest;
  runningTest?: RunningTest;
  walkingTest?: WalkingTest;
}
export interface RunningTest {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  warmup?: TestPhase;
  performance?: TestPhase;
  cooldown?: TestPhase;
  category?: RunningTestCategory;
  /**
   * Kilometres per hour.
   */
  maxAerobicSpeedKmh?: number;
  /**
   * Watts.
   */
  maxAerobicPower?: number;
  /**
   * Beats per minute.
   */
  maxHrBpm?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2max?: number;
  /**
   * Kilometres per hour.
   */
  initialSpeedKmh?: number;
  speedIncreaseRate?: number;
  /**
   * Percent.
   */
  qualityRatePercent?: number;
}
export interface WalkingTest {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
  warmup?: TestPhase;
  performance?: TestPhase;
  cooldown?: TestPhase;
  category?: WalkingTestCategory;
  fitnessClass?: WalkingTestVO2MaxFitnessClass;
  /**
   * Kilometres per hour.
   */
  avgSpeedKmh?: number;
  /**
   * Kilometres per hour.
   */
  maxSpeedKmh?: number;
  /**
   * Metres.
   */
  testDistanceMeters?: number;
  steps?: number;
  /**
   * Rounds per minute.
   */
  avgCadence?: number;
  /**
   * Rounds per minute.
   */
  maxCadence?: number;
  /**
   * Beats per minute.
   */
  testHrBpm?: number;
  /**
   * Beats per minute.
   */
  maxHrBpm?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2max?: number;
  /**
   * Percent.
   */
  walkingPercent?: number;
  /**
   * Percent.
   */
  speedVariationPercent?: number;
  /**
   * Percent.
   */
  cadenceVariationPercent?: number;
  hrAbove65ProsMaxHr?: number;
  /**
   * Percent.
   */
  allCriterionQualityPercent?: number;
  steadyWalkingGuidance?: number;
  walkingSpeedGuidance?: number;
  /**
   * Milliseconds.
   */
  duration?: number;
}
export interface Interruptions {
  /**
   * ISO 8601 duration in seconds.
   */
  totalDuration?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  longDuration?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  shortDuration?: string;
  totalCount?: number;
  longCount?: number;
  shortCount?: number;
}
export interface Jump {
  /**
   * Milliseconds.
   */
  flightTime?: number;
  /**
   * Milliseconds.
   */
  contactTime?: number;
}
/**
 * A jump test is there for the first time. The long series come as chunks.
 */
export interface JumpTestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    jumpTestResult: JumpTestResult;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface JumpTestResult {
  jumpTestType?: JumpTestResultJumpTestType;
  /**
   * Milliseconds.
   */
  durationMillis?: number;
  legMuscleRecovery?: LegMuscleRecovery;
  jumps?: Jump[];
}
export interface LegMuscleRecovery {
  recoveryStatus?: LegMuscleRecoveryRecoveryStatus;
  lowLimit?: number;
  baseline?: number;
}
export interface Lap {
  /**
   * Milliseconds.
   */
  splitTimeMillis?: number;
  /**
   * Milliseconds.
   */
  durationMillis?: number;
  /**
   * Metres.
   */
  distanceMeters?: number;
  /**
   * Degrees, WGS 84.
   */
  startLocationLatitude?: number;
  /**
   * Degrees, WGS 84.
   */
  startLocationLongitude?: number;
  /**
   * Metres above sea level.
   */
  startLocationAltitude?: number;
  /**
   * Milliseconds.
   */
  startLocationTimeMillis?: number;
  /**
   * Metres.
   */
  ascentMeters?: number;
  /**
   * Metres.
   */
  descentMeters?: number;
  statistics?: LapStatistics;
}
export interface LapStatistics {
  statistics?: Statistics[];
  swimmingStatistics?: LapSwimStatistics;
  trainingPeaksStatistics?: TrainingPeaksStatistics;
}
export interface LapSwimStatistics {
  /**
   * Seconds.
   */
  avgSecsPerPool?: number;
  poolsSwum?: number;
  strokes?: number;
}
export interface Laps {
  laps?: Lap[];
  autoLaps?: Lap[];
}
/**
 * Language, units or offset are there for the first time, or changed.
 */
export interface LocalizationChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `localizationSettings`.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: LocalizationSettings;
}
export interface LocalizedName {
  longName?: string;
}
export interface NightlyRechargeBreathingRateSamples {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  sampleInterval?: string;
  breathingRateValues?: number[];
}
/**
 * The Nightly Recharge of a night was calculated.
 */
export interface NightlyRechargeCalculated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * How much the autonomic nervous system calmed down, -10 to 10; around 0 is usual.
     */
    ansStatus?: number;
    /**
     * Nightly Recharge status, 1 (very poor) to 6 (very good).
     */
    recoveryIndicator?: number;
    recoveryIndicatorSubLevel?: number;
    ansRate?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRri?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRmssd?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRri?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRri?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRespirationInterval?: number;
    sleepTip?: string;
    vitalityTip?: string;
    exerciseTip?: string;
    /**
     * The day on which the night ended.
     */
    sleepResultDate?: string;
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked the Nightly Recharge of a night. `ce_mode` is `reconcile`.
 */
export interface NightlyRechargeDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
export interface NightlyRechargeHrvSamples {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  sampleInterval?: string;
  hrvValues?: number[];
}
/**
 * What there is of the Nightly Recharge of a night now, whole. A message without a value says that there is none any more.
 */
export interface NightlyRechargeResultState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * How much the autonomic nervous system calmed down, -10 to 10; around 0 is usual.
     */
    ansStatus?: number;
    /**
     * Nightly Recharge status, 1 (very poor) to 6 (very good).
     */
    recoveryIndicator?: number;
    recoveryIndicatorSubLevel?: number;
    ansRate?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRri?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRmssd?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRri?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRri?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRespirationInterval?: number;
    sleepTip?: string;
    vitalityTip?: string;
    exerciseTip?: string;
    /**
     * The day on which the night ended.
     */
    sleepResultDate?: string;
  };
}
/**
 * It was calculated again, with another result.
 */
export interface NightlyRechargeRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * How much the autonomic nervous system calmed down, -10 to 10; around 0 is usual.
     */
    ansStatus?: number;
    /**
     * Nightly Recharge status, 1 (very poor) to 6 (very good).
     */
    recoveryIndicator?: number;
    recoveryIndicatorSubLevel?: number;
    ansRate?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRri?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRmssd?: number;
    /**
     * Milliseconds.
     */
    meanNightlyRecoveryRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRri?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRri?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRmssd?: number;
    /**
     * Milliseconds.
     */
    meanBaselineRespirationInterval?: number;
    /**
     * Milliseconds.
     */
    sdBaselineRespirationInterval?: number;
    sleepTip?: string;
    vitalityTip?: string;
    exerciseTip?: string;
    /**
     * The day on which the night ended.
     */
    sleepResultDate?: string;
  };
}
/**
 * Heart rate variability and breathing rate through the hours that a Nightly Recharge was calculated from. A night without samples has none of it.
 */
export interface NightlyRechargeSamplesAvailable extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepResultDate: string;
    /**
     * Heart rate variability (RMSSD, ms) at even intervals from `startTime`, which is local to the athlete; 0 is no value.
     */
    hrvSamples?: NightlyRechargeHrvSamples[];
    /**
     * Breaths per minute at even intervals from `startTime`, which is local to the athlete; 0 is no value.
     */
    breathingRateSamples?: NightlyRechargeBreathingRateSamples[];
  };
}
/**
 * What there is of the samples of a Nightly Recharge now, whole. A message without a value says that there is none any more.
 */
export interface NightlyRechargeSamplesState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'nightly-recharge-results';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepResultDate: string;
    /**
     * Heart rate variability (RMSSD, ms) at even intervals from `startTime`, which is local to the athlete; 0 is no value.
     */
    hrvSamples?: NightlyRechargeHrvSamples[];
    /**
     * Breaths per minute at even intervals from `startTime`, which is local to the athlete; 0 is no value.
     */
    breathingRateSamples?: NightlyRechargeBreathingRateSamples[];
  };
}
/**
 * The athlete wrote a note.
 */
export interface NoteWritten extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    note: Note;
  };
}
export interface NutritionData {
  /**
   * Grams.
   */
  carbohydrateGrams?: number;
  /**
   * Grams.
   */
  proteinGrams?: number;
  /**
   * Grams.
   */
  fatGrams?: number;
}
/**
 * An orthostatic test is there for the first time. The long series come as chunks.
 */
export interface OrthostaticTestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    orthostaticTestResult: OrthostaticTestResult;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface OrthostaticTestResult {
  /**
   * Milliseconds.
   */
  rrAvgSupine?: number;
  /**
   * Milliseconds.
   */
  rrMinStandup?: number;
  /**
   * Milliseconds.
   */
  rrAvgStand?: number;
  /**
   * Milliseconds.
   */
  rrLtAvgSupine?: number;
  /**
   * Milliseconds.
   */
  rrLtAvgMinStandup?: number;
  /**
   * Milliseconds.
   */
  rrLtAvgStand?: number;
  /**
   * Milliseconds.
   */
  rmssdSupine?: number;
  /**
   * Milliseconds.
   */
  rmssdLtAvgSupine?: number;
  /**
   * Milliseconds.
   */
  rmssdStand?: number;
  /**
   * Milliseconds.
   */
  rmssdLtAvgStand?: number;
  /**
   * Milliseconds.
   */
  rrSamples?: number[];
  lastResetDate?: string;
}
export interface PauseTime {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  endTime?: string;
}
/**
 * The athlete said how recovered they feel.
 */
export interface PerceivedRecoveryReported extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    perceivedRecovery: PerceivedRecovery;
  };
}
export interface PhaseDurations {
  /**
   * ISO 8601 duration in seconds.
   */
  wake?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  rem?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  light?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  deep?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  unknown?: string;
  /**
   * Percent.
   */
  remPercentage?: number;
  /**
   * Percent.
   */
  deepPercentage?: number;
}
/**
 * The athlete's physical information was changed.
 */
export interface PhysicalInformationChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    physicalInformation: CalendarPhysicalInformation;
  };
}
/**
 * The physical information of the account is there for the first time, or changed.
 */
export interface PhysicalProfileUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `physicalInformation`.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: UserPhysicalInformation;
}
/**
 * What there is of the athlete's picture now, whole. A message without a value says that there is none any more.
 */
export interface PictureState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'profile-picture';
  /**
   * Unique with `resource` inside one connection: size.
   */
  identity: string[];
  data: {
    contentType?: string;
    /**
     * Bytes.
     */
    length?: number;
    /**
     * Hash of the image, hexadecimal.
     */
    sha256?: string;
    /**
     * Path at Polar's API where the image can be read with the athlete's access token.
     */
    ref: string;
  };
}
/**
 * A day that keeps failing was given up for a while; its events come when it can be read.
 */
export interface PollWindowSkipped extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: resource, day, when it was given up.
   */
  identity: string[];
  data: {
    /**
     * Name of the resource, such as `sleeps`.
     */
    resource: string;
    /**
     * The day, local to the athlete.
     */
    date: string;
    /**
     * Tries so far.
     */
    tries: number;
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
    /**
     * When it is tried again.
     */
    retryAt: string;
  };
}
export interface PowerZone {
  lowerLimit?: number;
  higherLimit?: number;
}
/**
 * What there is of one hour of pulse-to-pulse intervals of one device now, whole. A message without a value says that there is none any more.
 */
export interface PpiChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'ppi-samples';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    recordingDevice: DeviceReference;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds from the start of the day.
     */
    offsetMillis: (number | null)[];
    /**
     * Milliseconds from pulse to pulse.
     */
    ppInterval: (number | null)[];
    /**
     * Milliseconds.
     */
    errorEstimateMillis: (number | null)[];
    /**
     * Whether the sensor touched the skin.
     */
    skinContact: (boolean | null)[];
    /**
     * Whether the athlete moved.
     */
    movement: (boolean | null)[];
    /**
     * Whether the sample was recorded offline.
     */
    offline: (boolean | null)[];
  };
}
/**
 * One hour of a day of one device, as columns of equal length, null where a sample lacks the field. Only chunks that are new or changed are sent.
 */
export interface PpiDayChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'ppi-samples';
  /**
   * Unique with `resource` inside one connection: day, device, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * The day, local to the athlete.
     */
    date: string;
    recordingDevice: DeviceReference;
    /**
     * 0 to 23 (24 on the long day of a time change), counted from local midnight.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds from the start of the day.
     */
    offsetMillis: (number | null)[];
    /**
     * Milliseconds from pulse to pulse.
     */
    ppInterval: (number | null)[];
    /**
     * Milliseconds.
     */
    errorEstimateMillis: (number | null)[];
    /**
     * Whether the sensor touched the skin.
     */
    skinContact: (boolean | null)[];
    /**
     * Whether the athlete moved.
     */
    movement: (boolean | null)[];
    /**
     * Whether the sample was recorded offline.
     */
    offline: (boolean | null)[];
  };
}
/**
 * The day is over and has not changed for `finaliseSeconds`. When a watch brings late data all the same, Updated and another Finalized follow.
 */
export interface PpiDayFinalized extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'ppi-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    modified?: string;
    recordingDevice?: DeviceReference;
    /**
     * When the recording began to be caused by something else.
     */
    recordingTriggerTypeChanges: RecordingTriggerTypeChange[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Milliseconds from the start of the day to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from the start of the day to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * Milliseconds; null where no sample has an estimate.
     */
    avgErrorEstimateMillis: number | null;
    /**
     * Share of the samples with skin contact, 0 to 1; null where none says.
     */
    skinContactRatio: number | null;
    /**
     * Share of the samples with movement, 0 to 1; null where none says.
     */
    movementRatio: number | null;
    /**
     * Share of the samples that were recorded offline, 0 to 1; null where none says.
     */
    offlineRatio: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface RecordingTriggerTypeChange {
  triggerType?: RecordingTriggerTypeChangeTriggerType;
  /**
   * Milliseconds.
   */
  offsetMillis?: number;
}
/**
 * What there is of a day of pulse-to-pulse intervals of one device now, whole. A message without a value says that there is none any more.
 */
export interface PpiDayState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'ppi-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    modified?: string;
    recordingDevice?: DeviceReference;
    /**
     * When the recording began to be caused by something else.
     */
    recordingTriggerTypeChanges: RecordingTriggerTypeChange[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Milliseconds from the start of the day to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from the start of the day to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * Milliseconds; null where no sample has an estimate.
     */
    avgErrorEstimateMillis: number | null;
    /**
     * Share of the samples with skin contact, 0 to 1; null where none says.
     */
    skinContactRatio: number | null;
    /**
     * Share of the samples with movement, 0 to 1; null where none says.
     */
    movementRatio: number | null;
    /**
     * Share of the samples that were recorded offline, 0 to 1; null where none says.
     */
    offlineRatio: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * The day is new or has grown. Comes after its chunks and lists them with their hashes.
 */
export interface PpiDayUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'ppi-samples';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    date?: string;
    modified?: string;
    recordingDevice?: DeviceReference;
    /**
     * When the recording began to be caused by something else.
     */
    recordingTriggerTypeChanges: RecordingTriggerTypeChange[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Milliseconds from the start of the day to the first sample.
     */
    firstOffsetMillis: number | null;
    /**
     * Milliseconds from the start of the day to the last sample.
     */
    lastOffsetMillis: number | null;
    /**
     * Milliseconds; null where no sample has an estimate.
     */
    avgErrorEstimateMillis: number | null;
    /**
     * Share of the samples with skin contact, 0 to 1; null where none says.
     */
    skinContactRatio: number | null;
    /**
     * Share of the samples with movement, 0 to 1; null where none says.
     */
    movementRatio: number | null;
    /**
     * Share of the samples that were recorded offline, 0 to 1; null where none says.
     */
    offlineRatio: number | null;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * 0 to 23 (24 on the long day of a time change), counted from local midnight.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
export interface Product {
  modelName?: string;
}
export interface ProductReference {
  modelName?: string;
}
/**
 * The athlete's picture is there for the first time, or is another one.
 */
export interface ProfilePictureChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'profile-picture';
  /**
   * Unique with `resource` inside one connection: size.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    contentType?: string;
    /**
     * Bytes.
     */
    length?: number;
    /**
     * Hash of the image, hexadecimal.
     */
    sha256?: string;
    /**
     * Path at Polar's API where the image can be read with the athlete's access token.
     */
    ref: string;
  };
}
/**
 * The profile is there for the first time, or changed. E-mail, phone and address are left out.
 */
export interface ProfileUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `profile`.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    profileInformation?: ProfileInformation;
    generalSettings?: UserSetting[];
    basicInfo?: {
      firstName?: string;
      lastName?: string;
      nickname?: string;
      created?: string;
      modified?: string;
    };
  };
}
/**
 * A stretch of a route, as columns. Only chunks that are new or changed are sent.
 */
export interface RouteChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'routes';
  /**
   * Unique with `resource` inside one connection: id of the route, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * Id of the route.
     */
    id: string;
    /**
     * From 0, in the direction of the route.
     */
    part: number;
    /**
     * Index of its first point in the route.
     */
    startIndex: number;
    /**
     * How many points it holds.
     */
    count: number;
    /**
     * The points as columns of equal length, null where a point lacks the field.
     */
    routePoints: {
      /**
       * Columns as well; a list where a point has no location.
       */
      location?:
        | {
            /**
             * Degrees, WGS 84.
             */
            longitude?: (number | null)[];
            /**
             * Degrees, WGS 84.
             */
            latitude?: (number | null)[];
            /**
             * Metres above sea level.
             */
            altitudeMeters?: (number | null)[];
          }
        | ({} | null)[];
      /**
       * Metres.
       */
      distanceFromStartMeters?: (number | null)[];
      /**
       * Milliseconds.
       */
      timeOffsetFromStartMillis?: (number | null)[];
      /**
       * What to do at the point.
       */
      instructions?: (DirectionInstruction[] | null)[];
    };
  };
}
/**
 * What there is of a stretch of a route now, whole. A message without a value says that there is none any more.
 */
export interface RouteChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'routes';
  /**
   * Unique with `resource` inside one connection: id of the route, part.
   */
  identity: string[];
  data: {
    /**
     * Id of the route.
     */
    id: string;
    /**
     * From 0, in the direction of the route.
     */
    part: number;
    /**
     * Index of its first point in the route.
     */
    startIndex: number;
    /**
     * How many points it holds.
     */
    count: number;
    /**
     * The points as columns of equal length, null where a point lacks the field.
     */
    routePoints: {
      /**
       * Columns as well; a list where a point has no location.
       */
      location?:
        | {
            /**
             * Degrees, WGS 84.
             */
            longitude?: (number | null)[];
            /**
             * Degrees, WGS 84.
             */
            latitude?: (number | null)[];
            /**
             * Metres above sea level.
             */
            altitudeMeters?: (number | null)[];
          }
        | ({} | null)[];
      /**
       * Metres.
       */
      distanceFromStartMeters?: (number | null)[];
      /**
       * Milliseconds.
       */
      timeOffsetFromStartMillis?: (number | null)[];
      /**
       * What to do at the point.
       */
      instructions?: (DirectionInstruction[] | null)[];
    };
  };
}
/**
 * A route changed; `changedFields` names the fields.
 */
export interface RouteRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'routes';
  /**
   * Unique with `resource` inside one connection: id of the route.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    id?: string;
    created?: string;
    modified?: string;
    /**
     * Unsigned 64-bit integer, as text.
     */
    legacyRouteId?: string;
    route?: {
      name?: string;
      /**
       * Metres.
       */
      distanceMeters?: number;
      routeSource?: string;
      sourceId?: string;
      sourceVersionIdentifier?: string;
      hasInstructions?: boolean;
      sportId?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * From 0, in the direction of the route.
       */
      part: number;
      /**
       * Index of its first point in the route.
       */
      startIndex: number;
      /**
       * How many points it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * A route that a target or a favorite follows is there for the first time. Comes after its chunks.
 */
export interface RouteSaved extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'routes';
  /**
   * Unique with `resource` inside one connection: id of the route.
   */
  identity: string[];
  data: {
    id?: string;
    created?: string;
    modified?: string;
    /**
     * Unsigned 64-bit integer, as text.
     */
    legacyRouteId?: string;
    route?: {
      name?: string;
      /**
       * Metres.
       */
      distanceMeters?: number;
      routeSource?: string;
      sourceId?: string;
      sourceVersionIdentifier?: string;
      hasInstructions?: boolean;
      sportId?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * From 0, in the direction of the route.
       */
      part: number;
      /**
       * Index of its first point in the route.
       */
      startIndex: number;
      /**
       * How many points it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of a route now, whole. A message without a value says that there is none any more.
 */
export interface RouteState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'routes';
  /**
   * Unique with `resource` inside one connection: id of the route.
   */
  identity: string[];
  data: {
    id?: string;
    created?: string;
    modified?: string;
    /**
     * Unsigned 64-bit integer, as text.
     */
    legacyRouteId?: string;
    route?: {
      name?: string;
      /**
       * Metres.
       */
      distanceMeters?: number;
      routeSource?: string;
      sourceId?: string;
      sourceVersionIdentifier?: string;
      hasInstructions?: boolean;
      sportId?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * From 0, in the direction of the route.
       */
      part: number;
      /**
       * Index of its first point in the route.
       */
      startIndex: number;
      /**
       * How many points it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * A recording of beat-to-beat intervals is there for the first time. The long series come as chunks.
 */
export interface RrRecordingCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    rrRecording: {
      /**
       * Beats per minute.
       */
      maximumHeartRate?: number;
      /**
       * Beats per minute.
       */
      minimumHeartRate?: number;
      /**
       * Beats per minute.
       */
      averageHeartRate?: number;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      endTime?: string;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * An answer of Polar's is not as its schema says. Told once per tenant and deviation; the data pass through as they came.
 */
export interface SchemaDriftDetected extends ClientEventEnvelope {
  /**
   * What it is about.
   */
  resource: 'schema';
  /**
   * Unique with `resource` inside one connection: resource, path, kind, what was found.
   */
  identity: string[];
  data: {
    /**
     * Name of the resource, such as `sleeps`.
     */
    resource: string;
    /**
     * Where, dotted, `[]` for the entries of a list; empty for the body itself.
     */
    path: string;
    /**
     * What is otherwise than documented. `unknown_item` is an entry that could not be read, without its identity or its date; its neighbours were.
     */
    kind: 'unknown_field' | 'unknown_value' | 'other_type' | 'unknown_item' | 'unknown_envelope';
    /**
     * The new value of an enumeration, the type, or the names of keys; never an athlete's data.
     */
    found: string;
  };
}
/**
 * What the events of a client, and of no athlete, have in common.
 */
export interface ClientEventEnvelope {
  /**
   * Null: it is a client's and no athlete's.
   */
  connection: null;
  /**
   * Null: it is a client's and no athlete's.
   */
  userReference: null;
  /**
   * Rises with each change of the identity, from 1.
   */
  revision: number;
  /**
   * How it came about: `live` as it happened, `backfill` from the time before the connection, `reconcile` by the comparison of whole listings (deletions).
   */
  mode: 'live' | 'backfill' | 'reconcile';
  /**
   * When the bridge saw it. RFC 3339, UTC.
   */
  observedAt: string;
  /**
   * When it changed at Polar. RFC 3339; null where Polar does not say.
   */
  polarModifiedAt: string | null;
  /**
   * The athlete's offset from UTC in minutes, east is positive; null until the data tell it.
   */
  utcOffsetMinutes: number | null;
}
/**
 * The athlete granted other scopes than before.
 */
export interface ScopesChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'connection';
  /**
   * Unique with `resource` inside one connection: id of the connection.
   */
  identity: string[];
  data: {
    /**
     * OAuth scopes that the athlete granted, sorted.
     */
    scopes: string[];
    /**
     * Scopes that are new, sorted.
     */
    added: string[];
    /**
     * Scopes that are gone, sorted.
     */
    removed: string[];
  };
}
/**
 * What there is of one hour of samples of one exercise now, whole. A message without a value says that there is none any more.
 */
export interface SessionChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, index of the exercise, hour, part.
   */
  identity: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    /**
     * Index of the exercise in the session, from 0.
     */
    exercise: number;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    exerciseStartTime: string | null;
    /**
     * Hours since the start of the exercise.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per type. The sample types of the provider (HEART_RATE, SPEED, POWER, ...) have `values`, one every `intervalMillis`, and `startIndex`, the index of the first one counted from the start of the exercise; null is no value. `RR` has the columns `durationMillis` and `offline` (null where the provider says nothing), `ROUTE` has `elapsedMillis`, `latitude`, `longitude` and `altitude`. A series with `transition: true` belongs to the change before the exercise. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * The provider's sample type, `RR` or `ROUTE`.
       */
      type: string;
      /**
       * Milliseconds between two values.
       */
      intervalMillis?: number;
      /**
       * Index of the first value, counted from the start of the exercise.
       */
      startIndex?: number;
      /**
       * In the unit of the type: beats per minute, km/h, W, m, ...
       */
      values?: (number | null)[];
      /**
       * `RR`: milliseconds from beat to beat.
       */
      durationMillis?: (number | null)[];
      /**
       * `RR`: whether the sensor was offline.
       */
      offline?: (boolean | null)[];
      /**
       * `ROUTE`: milliseconds since the start of the exercise.
       */
      elapsedMillis?: (number | null)[];
      /**
       * `ROUTE`: degrees, WGS 84.
       */
      latitude?: (number | null)[];
      /**
       * `ROUTE`: degrees, WGS 84.
       */
      longitude?: (number | null)[];
      /**
       * `ROUTE`: metres above sea level.
       */
      altitude?: (number | null)[];
      /**
       * Whether it belongs to the change before the exercise.
       */
      transition?: boolean;
    }[];
  };
}
/**
 * What there is of a comment on a session now, whole. A message without a value says that there is none any more.
 */
export interface SessionCommentState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, id of the comment.
   */
  identity: string[];
  data: {
    identifier?: TrainingSessionCommentReference;
    created?: string;
    modified?: string;
    /**
     * The athlete's words.
     */
    note?: string;
    fromOtherUser?: boolean;
    /**
     * Id of the session.
     */
    session: string;
  };
}
export interface TrainingSessionCommentReference {
  id?: string;
}
/**
 * A comment on a session is there for the first time, or changed.
 */
export interface SessionCommented extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, id of the comment.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    identifier?: TrainingSessionCommentReference;
    created?: string;
    modified?: string;
    /**
     * The athlete's words.
     */
    note?: string;
    fromOtherUser?: boolean;
    /**
     * Id of the session.
     */
    session: string;
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a session. `ce_mode` is `reconcile`.
 */
export interface SessionDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * A session is there for the first time. The long series come as chunks.
 */
export interface SessionRecorded extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  data: {
    identifier?: TrainingSessionReference;
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    /**
     * Milliseconds.
     */
    durationMillis?: number;
    name?: string;
    /**
     * 0 (worst) to 1 (best).
     */
    feeling?: number;
    deviceId?: string;
    /**
     * The athlete's words.
     */
    note?: string;
    /**
     * Degrees, WGS 84.
     */
    latitude?: number;
    /**
     * Degrees, WGS 84.
     */
    longitude?: number;
    /**
     * Metres.
     */
    distanceMeters?: number;
    /**
     * Kilocalories.
     */
    calories?: number;
    trainingLoad?: number;
    trainingBenefit?: TrainingSessionTrainingBenefit;
    /**
     * Percent.
     */
    carboPercentage?: number;
    /**
     * Percent.
     */
    fatPercentage?: number;
    /**
     * Percent.
     */
    proteinPercentage?: number;
    /**
     * Milliseconds. Unsigned 64-bit integer, as text.
     */
    recoveryTimeMillis?: string;
    /**
     * Beats per minute.
     */
    hrMax?: number;
    /**
     * Beats per minute.
     */
    hrAvg?: number;
    /**
     * Minutes.
     */
    timezoneOffsetMinutes?: number;
    nutritionData?: NutritionData;
    startTrigger?: TrainingSessionTrainingStartTrigger;
    physicalInformation?: TrainingSessionsPhysicalInformation;
    application?: ApplicationReference;
    sport?: SportReference;
    product?: ProductReference;
    trainingTarget?: TrainingTargetReference;
    favoriteTarget?: FavoriteTargetReference;
    testResults?: TestResults1;
    hillSplits?: HillSplits;
    trainingLoadReport?: TrainingLoadReport;
    comments?: TrainingSessionComment[];
    exercises?: {
      identifier?: ExerciseReference;
      created?: string;
      modified?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      startTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Milliseconds.
       */
      durationMillis?: number;
      /**
       * Metres.
       */
      distanceMeters?: number;
      /**
       * Kilocalories.
       */
      calories?: number;
      /**
       * Percent.
       */
      fatPercentage?: number;
      /**
       * Milliseconds. Unsigned 64-bit integer, as text.
       */
      recoveryTimeMillis?: string;
      trainingLoad?: number;
      /**
       * Percent.
       */
      carboPercentage?: number;
      /**
       * Percent.
       */
      proteinPercentage?: number;
      runningIndex?: number;
      /**
       * Degrees, WGS 84.
       */
      latitude?: number;
      /**
       * Degrees, WGS 84.
       */
      longitude?: number;
      /**
       * Metres.
       */
      ascentMeters?: number;
      /**
       * Metres.
       */
      descentMeters?: number;
      sprintCounter?: number;
      /**
       * Milliseconds.
       */
      walkingDurationMillis?: number;
      /**
       * Metres.
       */
      walkingDistanceMeters?: number;
      /**
       * Kilometres per hour.
       */
      speedCalibrationOffset?: number;
      /**
       * Minutes.
       */
      timezoneOffsetMinutes?: number;
      calibrationOffsets?: CalibrationOffset[];
      nutritionData?: NutritionData;
      sport?: SportReference;
      strengthTrainingResults?: StrengthTrainingResults;
      trainingLoadReport?: TrainingLoadReport;
      laps?: Laps;
      statistics?: ExerciseStatistics;
      zones?: TrainingSessionsZones[];
      pauseTimes?: PauseTime[];
      samples?: {
        swimmingPhases?: SwimmingPhases;
      };
      routes?: {
        route?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
        transitionRoute?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
      };
    }[];
  };
}
export interface TrainingSessionReference {
  id?: string;
}
export interface TrainingSessionsPhysicalInformation {
  modified?: string;
  created?: string;
  birthday?: string;
  sex?: PhysicalInformationSex;
  /**
   * Kilograms.
   */
  weightKg?: number;
  /**
   * Centimetres.
   */
  heightCm?: number;
  /**
   * Beats per minute.
   */
  maximumHeartRate?: number;
  /**
   * Beats per minute.
   */
  restingHeartRate?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  /**
   * Millilitres of oxygen per kilogram and minute.
   */
  vo2Max?: number;
  trainingBackground?: PhysicalInformationTrainingBackground;
  typicalDay?: TrainingSessionsPhysicalInformationTypicalDay;
  /**
   * Metabolic equivalents.
   */
  metThreshold?: number;
  weeklyRtSum?: number;
  /**
   * Watts.
   */
  functionalThresholdPower?: number;
  /**
   * Kilometres per hour.
   */
  speedCalibrationOffset?: number;
  weightSource?: TrainingSessionsPhysicalInformationWeightSource;
  /**
   * Minutes.
   */
  sleepGoalMinutes?: number;
  /**
   * Watts.
   */
  maximumAerobicPower?: number;
  /**
   * Kilometres per hour.
   */
  maximumAerobicSpeedKmh?: number;
  maximumAerobicSpeedSource?: PhysicalInformationMaximumAerobicSpeedSource;
}
export interface TrainingTargetReference {
  id?: string;
}
export interface TestResults1 {
  cyclingTest?: CyclingTest;
  runningTest?: RunningTest;
  walkingTest?: WalkingTest;
}
export interface TrainingLoadReport {
  cardioLoad?: number;
  muscleLoad?: number;
  cardioLoadInterpretation?: TrainingLoadReportLoadInterpretation;
  muscleLoadInterpretation?: TrainingLoadReportLoadInterpretation;
  calculationTime?: string;
  sessionRpe?: TrainingLoadReportSessionRPE;
  perceivedLoad?: number;
  perceivedLoadInterpretation?: TrainingLoadReportLoadInterpretation;
}
export interface TrainingSessionComment {
  identifier?: TrainingSessionCommentReference;
  created?: string;
  modified?: string;
  /**
   * The athlete's words.
   */
  note?: string;
  fromOtherUser?: boolean;
}
export interface StrengthTrainingResults {
  completedRounds?: CompletedRound[];
}
export interface TrainingSessionsZones {
  type?: ZonesZoneType;
  zones?: Zone[];
}
export interface Zone {
  /**
   * In the unit of the type of zone.
   */
  lowerLimit?: number;
  /**
   * In the unit of the type of zone.
   */
  higherLimit?: number;
  /**
   * Milliseconds.
   */
  inZone?: number;
  /**
   * Metres.
   */
  distanceMeters?: number;
  muscleLoad?: number;
}
export interface SwimmingPhases {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  startTime?: string;
  phases?: SwimmingPhase[];
}
export interface SwimmingPhase {
  /**
   * Milliseconds.
   */
  startOffsetMillis?: number;
  /**
   * Milliseconds.
   */
  durationMillis?: number;
  style?: SwimmingPhaseSwimmingStyle;
  strokes?: number;
}
/**
 * The content of a session changed; `changedFields` says where. Comments and test results have events of their own.
 */
export interface SessionRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    identifier?: TrainingSessionReference;
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    /**
     * Milliseconds.
     */
    durationMillis?: number;
    name?: string;
    /**
     * 0 (worst) to 1 (best).
     */
    feeling?: number;
    deviceId?: string;
    /**
     * The athlete's words.
     */
    note?: string;
    /**
     * Degrees, WGS 84.
     */
    latitude?: number;
    /**
     * Degrees, WGS 84.
     */
    longitude?: number;
    /**
     * Metres.
     */
    distanceMeters?: number;
    /**
     * Kilocalories.
     */
    calories?: number;
    trainingLoad?: number;
    trainingBenefit?: TrainingSessionTrainingBenefit;
    /**
     * Percent.
     */
    carboPercentage?: number;
    /**
     * Percent.
     */
    fatPercentage?: number;
    /**
     * Percent.
     */
    proteinPercentage?: number;
    /**
     * Milliseconds. Unsigned 64-bit integer, as text.
     */
    recoveryTimeMillis?: string;
    /**
     * Beats per minute.
     */
    hrMax?: number;
    /**
     * Beats per minute.
     */
    hrAvg?: number;
    /**
     * Minutes.
     */
    timezoneOffsetMinutes?: number;
    nutritionData?: NutritionData;
    startTrigger?: TrainingSessionTrainingStartTrigger;
    physicalInformation?: TrainingSessionsPhysicalInformation;
    application?: ApplicationReference;
    sport?: SportReference;
    product?: ProductReference;
    trainingTarget?: TrainingTargetReference;
    favoriteTarget?: FavoriteTargetReference;
    testResults?: TestResults1;
    hillSplits?: HillSplits;
    trainingLoadReport?: TrainingLoadReport;
    comments?: TrainingSessionComment[];
    exercises?: {
      identifier?: ExerciseReference;
      created?: string;
      modified?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      startTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Milliseconds.
       */
      durationMillis?: number;
      /**
       * Metres.
       */
      distanceMeters?: number;
      /**
       * Kilocalories.
       */
      calories?: number;
      /**
       * Percent.
       */
      fatPercentage?: number;
      /**
       * Milliseconds. Unsigned 64-bit integer, as text.
       */
      recoveryTimeMillis?: string;
      trainingLoad?: number;
      /**
       * Percent.
       */
      carboPercentage?: number;
      /**
       * Percent.
       */
      proteinPercentage?: number;
      runningIndex?: number;
      /**
       * Degrees, WGS 84.
       */
      latitude?: number;
      /**
       * Degrees, WGS 84.
       */
      longitude?: number;
      /**
       * Metres.
       */
      ascentMeters?: number;
      /**
       * Metres.
       */
      descentMeters?: number;
      sprintCounter?: number;
      /**
       * Milliseconds.
       */
      walkingDurationMillis?: number;
      /**
       * Metres.
       */
      walkingDistanceMeters?: number;
      /**
       * Kilometres per hour.
       */
      speedCalibrationOffset?: number;
      /**
       * Minutes.
       */
      timezoneOffsetMinutes?: number;
      calibrationOffsets?: CalibrationOffset[];
      nutritionData?: NutritionData;
      sport?: SportReference;
      strengthTrainingResults?: StrengthTrainingResults;
      trainingLoadReport?: TrainingLoadReport;
      laps?: Laps;
      statistics?: ExerciseStatistics;
      zones?: TrainingSessionsZones[];
      pauseTimes?: PauseTime[];
      samples?: {
        swimmingPhases?: SwimmingPhases;
      };
      routes?: {
        route?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
        transitionRoute?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
      };
    }[];
  };
}
/**
 * All chunks of the session were sent; lists them.
 */
export interface SessionSamplesAvailable extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Index of the exercise in the session, from 0.
       */
      exercise: number;
      /**
       * Hours since the start of the exercise.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * One hour of samples of one exercise, as columns. Only chunks that are new or changed are sent.
 */
export interface SessionSamplesChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, index of the exercise, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    /**
     * Index of the exercise in the session, from 0.
     */
    exercise: number;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    exerciseStartTime: string | null;
    /**
     * Hours since the start of the exercise.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per type. The sample types of the provider (HEART_RATE, SPEED, POWER, ...) have `values`, one every `intervalMillis`, and `startIndex`, the index of the first one counted from the start of the exercise; null is no value. `RR` has the columns `durationMillis` and `offline` (null where the provider says nothing), `ROUTE` has `elapsedMillis`, `latitude`, `longitude` and `altitude`. A series with `transition: true` belongs to the change before the exercise. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * The provider's sample type, `RR` or `ROUTE`.
       */
      type: string;
      /**
       * Milliseconds between two values.
       */
      intervalMillis?: number;
      /**
       * Index of the first value, counted from the start of the exercise.
       */
      startIndex?: number;
      /**
       * In the unit of the type: beats per minute, km/h, W, m, ...
       */
      values?: (number | null)[];
      /**
       * `RR`: milliseconds from beat to beat.
       */
      durationMillis?: (number | null)[];
      /**
       * `RR`: whether the sensor was offline.
       */
      offline?: (boolean | null)[];
      /**
       * `ROUTE`: milliseconds since the start of the exercise.
       */
      elapsedMillis?: (number | null)[];
      /**
       * `ROUTE`: degrees, WGS 84.
       */
      latitude?: (number | null)[];
      /**
       * `ROUTE`: degrees, WGS 84.
       */
      longitude?: (number | null)[];
      /**
       * `ROUTE`: metres above sea level.
       */
      altitude?: (number | null)[];
      /**
       * Whether it belongs to the change before the exercise.
       */
      transition?: boolean;
    }[];
  };
}
/**
 * What there is of the samples of a session now, whole. A message without a value says that there is none any more.
 */
export interface SessionSamplesState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Index of the exercise in the session, from 0.
       */
      exercise: number;
      /**
       * Hours since the start of the exercise.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of a session now, whole. A message without a value says that there is none any more.
 */
export interface SessionState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session.
   */
  identity: string[];
  data: {
    identifier?: TrainingSessionReference;
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    /**
     * Milliseconds.
     */
    durationMillis?: number;
    name?: string;
    /**
     * 0 (worst) to 1 (best).
     */
    feeling?: number;
    deviceId?: string;
    /**
     * The athlete's words.
     */
    note?: string;
    /**
     * Degrees, WGS 84.
     */
    latitude?: number;
    /**
     * Degrees, WGS 84.
     */
    longitude?: number;
    /**
     * Metres.
     */
    distanceMeters?: number;
    /**
     * Kilocalories.
     */
    calories?: number;
    trainingLoad?: number;
    trainingBenefit?: TrainingSessionTrainingBenefit;
    /**
     * Percent.
     */
    carboPercentage?: number;
    /**
     * Percent.
     */
    fatPercentage?: number;
    /**
     * Percent.
     */
    proteinPercentage?: number;
    /**
     * Milliseconds. Unsigned 64-bit integer, as text.
     */
    recoveryTimeMillis?: string;
    /**
     * Beats per minute.
     */
    hrMax?: number;
    /**
     * Beats per minute.
     */
    hrAvg?: number;
    /**
     * Minutes.
     */
    timezoneOffsetMinutes?: number;
    nutritionData?: NutritionData;
    startTrigger?: TrainingSessionTrainingStartTrigger;
    physicalInformation?: TrainingSessionsPhysicalInformation;
    application?: ApplicationReference;
    sport?: SportReference;
    product?: ProductReference;
    trainingTarget?: TrainingTargetReference;
    favoriteTarget?: FavoriteTargetReference;
    testResults?: TestResults1;
    hillSplits?: HillSplits;
    trainingLoadReport?: TrainingLoadReport;
    comments?: TrainingSessionComment[];
    exercises?: {
      identifier?: ExerciseReference;
      created?: string;
      modified?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      startTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Milliseconds.
       */
      durationMillis?: number;
      /**
       * Metres.
       */
      distanceMeters?: number;
      /**
       * Kilocalories.
       */
      calories?: number;
      /**
       * Percent.
       */
      fatPercentage?: number;
      /**
       * Milliseconds. Unsigned 64-bit integer, as text.
       */
      recoveryTimeMillis?: string;
      trainingLoad?: number;
      /**
       * Percent.
       */
      carboPercentage?: number;
      /**
       * Percent.
       */
      proteinPercentage?: number;
      runningIndex?: number;
      /**
       * Degrees, WGS 84.
       */
      latitude?: number;
      /**
       * Degrees, WGS 84.
       */
      longitude?: number;
      /**
       * Metres.
       */
      ascentMeters?: number;
      /**
       * Metres.
       */
      descentMeters?: number;
      sprintCounter?: number;
      /**
       * Milliseconds.
       */
      walkingDurationMillis?: number;
      /**
       * Metres.
       */
      walkingDistanceMeters?: number;
      /**
       * Kilometres per hour.
       */
      speedCalibrationOffset?: number;
      /**
       * Minutes.
       */
      timezoneOffsetMinutes?: number;
      calibrationOffsets?: CalibrationOffset[];
      nutritionData?: NutritionData;
      sport?: SportReference;
      strengthTrainingResults?: StrengthTrainingResults;
      trainingLoadReport?: TrainingLoadReport;
      laps?: Laps;
      statistics?: ExerciseStatistics;
      zones?: TrainingSessionsZones[];
      pauseTimes?: PauseTime[];
      samples?: {
        swimmingPhases?: SwimmingPhases;
      };
      routes?: {
        route?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
        transitionRoute?: {
          /**
           * Date and time on the athlete's clock, without an offset.
           */
          startTime?: string;
        };
      };
    }[];
  };
}
/**
 * What there is of a test inside a session now, whole. A message without a value says that there is none any more.
 */
export interface SessionTestState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'training-sessions';
  /**
   * Unique with `resource` inside one connection: id of the session, kind of test.
   */
  identity: string[];
  data: {
    /**
     * Id of the session.
     */
    session: string;
    testResults: TestResults2;
  };
}
/**
 * The one result.
 */
export interface TestResults2 {
  cyclingTest?: CyclingTest;
  runningTest?: RunningTest;
  walkingTest?: WalkingTest;
}
export interface SkinContactDeviceReference {
  uuid?: string;
}
/**
 * A period of skin contact is there for the first time.
 */
export interface SkinContactPeriodRecorded extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'skin-contacts';
  /**
   * Unique with `resource` inside one connection: device, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    deviceReference?: SkinContactDeviceReference;
    skinContactChanges?: SkinContactSample[];
    /**
     * Seconds for which the watch touched the skin; null where the provider tells of no change.
     */
    wornSeconds: number | null;
  };
}
export interface SkinContactSample {
  /**
   * Milliseconds. Unsigned 64-bit integer, as text.
   */
  recordingTimeDeltaMilliseconds?: string;
  skinContact?: boolean;
}
/**
 * The period changed; it grows with each sync as long as the watch is worn. `changedFields` names the fields.
 */
export interface SkinContactPeriodRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'skin-contacts';
  /**
   * Unique with `resource` inside one connection: device, start.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    deviceReference?: SkinContactDeviceReference;
    skinContactChanges?: SkinContactSample[];
    /**
     * Seconds for which the watch touched the skin; null where the provider tells of no change.
     */
    wornSeconds: number | null;
  };
}
/**
 * What there is of a period of skin contact now, whole. A message without a value says that there is none any more.
 */
export interface SkinContactPeriodState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'skin-contacts';
  /**
   * Unique with `resource` inside one connection: device, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    deviceReference?: SkinContactDeviceReference;
    skinContactChanges?: SkinContactSample[];
    /**
     * Seconds for which the watch touched the skin; null where the provider tells of no change.
     */
    wornSeconds: number | null;
  };
}
export interface SleepCycle {
  /**
   * Seconds.
   */
  secondsFromSleepStart?: number;
  sleepDepthAtCycleStart?: number;
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a night. `ce_mode` is `reconcile`.
 */
export interface SleepDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleeps';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
export interface SleepEvaluation {
  sleepType?: SleepType;
  /**
   * ISO 8601 duration in seconds.
   */
  sleepSpan?: string;
  /**
   * ISO 8601 duration in seconds.
   */
  asleepDuration?: string;
  age?: number;
  analysis?: Analysis;
  interruptions?: Interruptions;
  phaseDurations?: PhaseDurations;
}
/**
 * What there is of a night now, whole. A message without a value says that there is none any more.
 */
export interface SleepNightState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleeps';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepDate?: string;
    sleepResult?: SleepResult;
    originalSleepResult?: SleepResult1;
    sleepScore?: SleepScoreData;
    sleepEvaluation?: SleepEvaluation;
  };
}
/**
 * The night as it stands.
 */
export interface SleepResult {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
/**
 * The night before the athlete corrected it.
 */
export interface SleepResult1 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
export interface SleepScoreData {
  created?: string;
  lastModified?: string;
  /**
   * 0 to 100.
   */
  sleepScore?: number;
  sleepTimeOwnTargetScore?: number;
  sleepTimeRecommendationScore?: number;
  continuityScore?: number;
  efficiencyScore?: number;
  remScore?: number;
  n3Score?: number;
  longInterruptionsTimeScore?: number;
  groupDurationScore?: number;
  groupSolidityScore?: number;
  groupRefreshScore?: number;
  scoreRate?: number;
}
/**
 * A night is there for the first time, with its hypnogram.
 */
export interface SleepRecorded extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleeps';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepDate?: string;
    sleepResult?: SleepResult2;
    originalSleepResult?: SleepResult3;
    sleepScore?: SleepScoreData;
    sleepEvaluation?: SleepEvaluation;
  };
}
/**
 * The night as it stands.
 */
export interface SleepResult2 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
/**
 * The night before the athlete corrected it.
 */
export interface SleepResult3 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
export interface SleepResult4 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
/**
 * A night was trimmed, rated or scored again; `changedFields` names the fields.
 */
export interface SleepRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleeps';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepDate?: string;
    sleepResult?: SleepResult5;
    originalSleepResult?: SleepResult6;
    sleepScore?: SleepScoreData;
    sleepEvaluation?: SleepEvaluation;
  };
}
/**
 * The night as it stands.
 */
export interface SleepResult5 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
/**
 * The night before the athlete corrected it.
 */
export interface SleepResult6 {
  hypnogram?: Hypnogram;
  sleepCycles?: SleepCycle[];
}
/**
 * The sleep score of a night appeared. Carries the date and the score; the night is in SleepRecorded.
 */
export interface SleepScored extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleeps';
  /**
   * Unique with `resource` inside one connection: date of the night.
   */
  identity: string[];
  data: {
    /**
     * The day on which the night ended.
     */
    sleepDate?: string;
    sleepScore?: SleepScoreData;
  };
}
export interface SleepWakeStateChange {
  /**
   * Milliseconds from the start of the day.
   */
  startOffset?: number;
  newState?: SleepWakeStateChangeSleepWakeState;
}
/**
 * What there is of sleep and waking of a day now, whole. A message without a value says that there is none any more.
 */
export interface SleepWakeVectorState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleep-wake-vectors';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  data: {
    date?: string;
    deviceReference?: DeviceReference;
    sleepWakeStateChanges?: SleepWakeStateChange[];
  };
}
/**
 * Sleep and waking of a day is there for the first time, or has grown. For devices that know of no sleep stages.
 */
export interface SleepWakeVectorUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sleep-wake-vectors';
  /**
   * Unique with `resource` inside one connection: day, device.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    date?: string;
    deviceReference?: DeviceReference;
    sleepWakeStateChanges?: SleepWakeStateChange[];
  };
}
export interface SpO2TestResult {
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  testTime?: string;
  /**
   * Date and time on the athlete's clock, without an offset.
   */
  stopTime?: string;
  deviceReference?: TestDeviceReference;
  /**
   * Minutes.
   */
  timeZoneOffsetMinutes?: number;
  testStatus?: SpO2TestResultSpO2TestStatus;
  /**
   * Percent.
   */
  bloodOxygenPercent?: number;
  spo2Class?: SpO2TestResultSpO2Class;
  spo2ValueDeviationFromBaseline?: SpO2TestResultDeviationFromBaseline;
  /**
   * Percent.
   */
  spo2QualityAveragePercent?: number;
  /**
   * Beats per minute.
   */
  averageHeartRateBpm?: number;
  /**
   * Milliseconds.
   */
  heartRateVariabilityMs?: number;
  spo2HrvDeviationFromBaseline?: SpO2TestResultDeviationFromBaseline;
  /**
   * Metres.
   */
  altitudeMeters?: number;
}
export interface SpeedZone {
  lowerLimit?: number;
  higherLimit?: number;
}
/**
 * A measurement of the blood oxygen is there for the first time. The long series come as chunks.
 */
export interface Spo2TestCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    spo2TestResult: SpO2TestResult;
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * A sport of Polar's catalogue is there for the first time, or changed. The same for every athlete: its key is `sports`, and it belongs to no connection.
 */
export interface SportCatalogUpdated extends ClientEventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sports';
  /**
   * Unique with `resource` inside one connection: id of the sport.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    id?: SportsSportReference;
    modified?: string;
    localizedNames?: {
      [k: string]: LocalizedName;
    };
    parentSport?: SportsSportReference;
    type?: SportType;
    defaultSpeedView?: SportSpeedView;
    defaultGpsSetting?: SportGPSSetting;
    defaultAltitudeActive?: boolean;
    defaultAutomaticLap?: SportAutomaticLap;
    defaultTapActive?: boolean;
    supportedFeatures?: SupportedFeatures;
    /**
     * The sport's name for programs. Observed live, not documented.
     */
    name?: string;
  };
}
export interface SportsSportReference {
  id?: number;
}
export interface SupportedFeatures {
  speedZones?: boolean;
  sensorBroadcastingHr?: boolean;
}
export interface SportProfile {
  sportId?: number;
  settings?: SportProfileSettings;
  /**
   * How much the sport counts for the training load, 0 to 9.9.
   */
  sportFactor?: number;
  /**
   * Beats per minute.
   */
  aerobicThreshold?: number;
  /**
   * Beats per minute.
   */
  anaerobicThreshold?: number;
  sprintDetectionSettings?: SprintDetection;
  productSettings?: SportProfileProductInfo[];
  subProfileUuids?: string[];
}
export interface SportProfileSettings {
  sensorBroadcastingHr?: boolean;
  hrZoneLockAvailable?: boolean;
  speedZoneLockAvailable?: boolean;
  powerZoneLockAvailable?: boolean;
  volume?: Volume;
  speedView?: SportProfileSettingsSpeedView;
  zoneOptimizerSetting?: SportProfileSettingsZoneOptimizerSetting;
  zoneLimits?: Zones;
  trainingReminder?: TrainingReminder;
  powerView?: SportProfileSettingsPowerView;
  strideSpeedSource?: SportProfileSettingsStrideSpeedSource;
  swimmingUnits?: SportProfileSettingsSwimmingUnits;
  muscleLoadSetting?: SportProfileSettingsMuscleLoadSetting;
  remoteButtonActions?: SportProfileSettingsRemoteButtonAction[];
}
/**
 * 0 to 100.
 */
export interface Volume {
  /**
   * 0 to 100.
   */
  volume?: number;
}
export interface Zones {
  heartRateZones?: HeartRateZone[];
  speedZones?: SpeedZone[];
  powerZones?: PowerZone[];
  heartRateSettingSource?: ZonesHeartRateZoneSettingSource;
  powerSettingSource?: ZonesPowerZoneSettingSource;
  speedSettingSource?: ZonesSpeedZoneSettingSource;
  powerZoneCalculationMethod?: ZonesPowerZoneCalculationMethod;
  speedZoneCalculationMethod?: ZonesSpeedZoneCalculationMethod;
}
export interface TrainingReminder {
  type?: TrainingReminderType;
  text?: string;
  /**
   * Kilocalories.
   */
  calorie?: number;
  time?: number;
  distance?: number;
}
export interface SprintDetection {
  source?: SprintDetectionSource;
  /**
   * Metres per square second.
   */
  sprintThresholdAcceleration?: number;
  /**
   * Kilometres per hour.
   */
  sprintThresholdSpeed?: number;
}
export interface SportProfileProductInfo {
  product?: Product;
  vibration?: boolean;
  autoScrolling?: boolean;
  strideSensorCalibSettings?: StrideSensorCalibSettings;
  swimmingPool?: SwimmingPoolInfo;
  altitudeSetting?: SportProfileProductInfoAltitudeSetting;
  gpsSetting?: SportProfileProductInfoGPSSetting;
  autoPause?: AutoPause;
  autolapSettings?: AutoLapSettings;
  heartRateView?: SportProfileProductInfoHeartRateView;
  capellaDisplaySettings?: CapellaDisplaySettings;
  alcorSiriusDisplaySettings?: AlcorSiriusDisplaySettings;
  tapButtonAction?: SportProfileProductInfoTapButtonAction;
  sportTapButtonSensitivity?: SportProfileProductInfoSportTapButtonSensitivity;
  voiceGuidance?: boolean;
}
export interface StrideSensorCalibSettings {
  runningFactor?: number;
  calibType?: StrideSensorCalibSettingsStrideCalibType;
  runningFactorSource?: StrideSensorCalibSettingsRunningFactorSource;
}
export interface SwimmingPoolInfo {
  swimmingPoolType?: SwimmingPoolInfoSwimmingPoolUnits;
  poolLength?: number;
}
/**
 * A sport profile is there for the first time.
 */
export interface SportProfileCreated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profiles';
  /**
   * Unique with `resource` inside one connection: uuid of the profile.
   */
  identity: string[];
  data: {
    uuid?: string;
    created?: string;
    modified?: string;
    profile?: SportProfile;
  };
}
export interface SportProfileList {
  index?: number;
  sportProfileUuids?: string[];
}
/**
 * What there is of the order of the sport profiles now, whole. A message without a value says that there is none any more.
 */
export interface SportProfileOrderCatalogState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profile-list-catalog';
  /**
   * Unique with `resource` inside one connection: uuid of the catalog.
   */
  identity: string[];
  data: {
    uuid?: string;
    created?: string;
    modified?: string;
    /**
     * `index` of the list that goes to the watch.
     */
    activeSportProfileListIndex?: number;
    lists?: SportProfileList[];
  };
}
/**
 * The order of the sport profiles is there for the first time. The order of the sport profiles changed; `changedFields` names the fields.
 */
export interface SportProfileOrderChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profile-list-catalog';
  /**
   * Unique with `resource` inside one connection: uuid of the catalog.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    uuid?: string;
    created?: string;
    modified?: string;
    /**
     * `index` of the list that goes to the watch.
     */
    activeSportProfileListIndex?: number;
    lists?: SportProfileList[];
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a sport profile. `ce_mode` is `reconcile`.
 */
export interface SportProfileRemoved extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profiles';
  /**
   * Unique with `resource` inside one connection: uuid of the profile.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * What there is of a sport profile now, whole. A message without a value says that there is none any more.
 */
export interface SportProfileState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profiles';
  /**
   * Unique with `resource` inside one connection: uuid of the profile.
   */
  identity: string[];
  data: {
    uuid?: string;
    created?: string;
    modified?: string;
    profile?: SportProfile;
  };
}
/**
 * A sport profile changed; `changedFields` names the fields.
 */
export interface SportProfileUpdated extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sport-profiles';
  /**
   * Unique with `resource` inside one connection: uuid of the profile.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    uuid?: string;
    created?: string;
    modified?: string;
    profile?: SportProfile;
  };
}
/**
 * What there is of a sport of the catalogue now, whole. A message without a value says that there is none any more.
 */
export interface SportState extends ClientEventEnvelope {
  /**
   * What it is about.
   */
  resource: 'sports';
  /**
   * Unique with `resource` inside one connection: id of the sport.
   */
  identity: string[];
  data: {
    id?: SportsSportReference;
    modified?: string;
    localizedNames?: {
      [k: string]: LocalizedName;
    };
    parentSport?: SportsSportReference;
    type?: SportType;
    defaultSpeedView?: SportSpeedView;
    defaultGpsSetting?: SportGPSSetting;
    defaultAltitudeActive?: boolean;
    defaultAutomaticLap?: SportAutomaticLap;
    defaultTapActive?: boolean;
    supportedFeatures?: SupportedFeatures;
    /**
     * The sport's name for programs. Observed live, not documented.
     */
    name?: string;
  };
}
/**
 * A subscription ran out.
 */
export interface SubscriptionExpired extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'subscriptions';
  /**
   * Unique with `resource` inside one connection: product, store, when it was made.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    subscriptionPlan?: SubscriptionPlan;
    status?: UserSubscriptionStatus;
    purchasedAt?: string;
    expiresAt?: string;
    createdAt?: string;
    modifiedAt?: string;
    isFreeTrial?: boolean;
    eventLogs?: EventLogEntity[];
  };
}
export interface SubscriptionPlan {
  subscriptionProduct?: SubscriptionProduct;
  /**
   * ISO 8601 duration.
   */
  duration?: string;
  store?: SubscriptionPlanStore;
}
export interface SubscriptionProduct {
  subscriptionProductName?: string;
  entitlements?: Entitlement[];
}
/**
 * The end of a subscription moved.
 */
export interface SubscriptionRenewed extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'subscriptions';
  /**
   * Unique with `resource` inside one connection: product, store, when it was made.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    subscriptionPlan?: SubscriptionPlan;
    status?: UserSubscriptionStatus;
    purchasedAt?: string;
    expiresAt?: string;
    createdAt?: string;
    modifiedAt?: string;
    isFreeTrial?: boolean;
    eventLogs?: EventLogEntity[];
  };
}
/**
 * A subscription is there for the first time.
 */
export interface SubscriptionStarted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'subscriptions';
  /**
   * Unique with `resource` inside one connection: product, store, when it was made.
   */
  identity: string[];
  data: {
    subscriptionPlan?: SubscriptionPlan;
    status?: UserSubscriptionStatus;
    purchasedAt?: string;
    expiresAt?: string;
    createdAt?: string;
    modifiedAt?: string;
    isFreeTrial?: boolean;
    eventLogs?: EventLogEntity[];
  };
}
/**
 * What there is of a subscription now, whole. A message without a value says that there is none any more.
 */
export interface SubscriptionState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'subscriptions';
  /**
   * Unique with `resource` inside one connection: product, store, when it was made.
   */
  identity: string[];
  data: {
    subscriptionPlan?: SubscriptionPlan;
    status?: UserSubscriptionStatus;
    purchasedAt?: string;
    expiresAt?: string;
    createdAt?: string;
    modifiedAt?: string;
    isFreeTrial?: boolean;
    eventLogs?: EventLogEntity[];
  };
}
/**
 * Anything else of a subscription changed; `changedFields` names the fields.
 */
export interface SubscriptionStatusChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'subscriptions';
  /**
   * Unique with `resource` inside one connection: product, store, when it was made.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    subscriptionPlan?: SubscriptionPlan;
    status?: UserSubscriptionStatus;
    purchasedAt?: string;
    expiresAt?: string;
    createdAt?: string;
    modifiedAt?: string;
    isFreeTrial?: boolean;
    eventLogs?: EventLogEntity[];
  };
}
/**
 * A resource that was told of by SyncStalled answers again.
 */
export interface SyncRecovered extends AnyEventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: resource, since when it failed.
   */
  identity: string[];
  data: {
    /**
     * Name of the resource, such as `sleeps`.
     */
    resource: string;
    /**
     * Since when the resource fails.
     */
    stalledSince: string;
  };
}
/**
 * What events have in common that may be an athlete's or a client's.
 */
export interface AnyEventEnvelope {
  /**
   * Id of the athlete's connection; the message's key. Null where it is a client's and no athlete's.
   */
  connection: string | null;
  /**
   * How the tenant calls the athlete. Null where it is a client's and no athlete's.
   */
  userReference: string | null;
  /**
   * Rises with each change of the identity, from 1.
   */
  revision: number;
  /**
   * How it came about: `live` as it happened, `backfill` from the time before the connection, `reconcile` by the comparison of whole listings (deletions).
   */
  mode: 'live' | 'backfill' | 'reconcile';
  /**
   * When the bridge saw it. RFC 3339, UTC.
   */
  observedAt: string;
  /**
   * When it changed at Polar. RFC 3339; null where Polar does not say.
   */
  polarModifiedAt: string | null;
  /**
   * The athlete's offset from UTC in minutes, east is positive; null until the data tell it.
   */
  utcOffsetMinutes: number | null;
}
/**
 * A resource of an athlete, or of all of them, fails again and again: there is no news of it until SyncRecovered.
 */
export interface SyncStalled extends AnyEventEnvelope {
  /**
   * What it is about.
   */
  resource: 'polling';
  /**
   * Unique with `resource` inside one connection: resource, since when it fails.
   */
  identity: string[];
  data: {
    /**
     * Name of the resource, such as `sleeps`.
     */
    resource: string;
    /**
     * Since when the resource fails.
     */
    stalledSince: string;
    /**
     * Failures in a row.
     */
    failures: number;
    /**
     * Why, as a code for programs. More codes may come.
     */
    reason: string;
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a training target. `ce_mode` is `reconcile`.
 */
export interface TargetCancelled extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * The athlete has done a target: `session.done` became true.
 */
export interface TargetCompleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    session?: TrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
export interface TrainingSessionTarget {
  /**
   * Unsigned 64-bit integer, as text.
   */
  id?: string;
  created?: string;
  modified?: string;
  name?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  sportId?: string;
  description?: string;
  startTime?: string;
  done?: boolean;
  /**
   * Unsigned 64-bit integer, as text.
   */
  favoriteId?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  programId?: string;
  /**
   * Unsigned 64-bit integer, as text.
   */
  eventId?: string;
  onDemandTypeId?: number;
  programUuid?: string;
  programTargetUuid?: string;
  programSourceType?: string;
  guidance?: TrainingSessionTargetGuidances[];
  version?: number;
  nonUserEditable?: boolean;
}
export interface TrainingSessionTargetGuidances {
  dataSerializationType?: number;
  data?: string;
}
/**
 * The start of a target moved.
 */
export interface TargetRescheduled extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    session?: TrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
/**
 * Anything else of a target changed; `changedFields` names the fields.
 */
export interface TargetRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    session?: TrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
/**
 * A training target is there for the first time.
 */
export interface TargetScheduled extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  data: {
    session?: TrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
/**
 * What there is of one hour of a long period now, whole. A message without a value says that there is none any more.
 */
export interface TemperatureChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start, hour, part.
   */
  identity: string[];
  data: {
    deviceReference: TemperatureMeasurementDeviceReference;
    measurementType: TemperatureMeasurementType;
    sensorLocation: SensorLocation;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime: string;
    /**
     * Whole hours since the start of the period.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds since the start of the period, as text.
     */
    recordingTimeDeltaMilliseconds: (string | null)[];
    /**
     * Degrees Celsius.
     */
    temperatureCelsius: (number | null)[];
  };
}
export interface TemperatureMeasurementDeviceReference {
  uuid?: string;
}
export interface TemperatureMeasurementSample {
  /**
   * Milliseconds. Unsigned 64-bit integer, as text.
   */
  recordingTimeDeltaMilliseconds?: string;
  /**
   * Degrees Celsius.
   */
  temperatureCelsius?: number;
}
/**
 * One hour of a long period, as columns of equal length. Only chunks that are new or changed are sent.
 */
export interface TemperaturePeriodChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    deviceReference: TemperatureMeasurementDeviceReference;
    measurementType: TemperatureMeasurementType;
    sensorLocation: SensorLocation;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime: string;
    /**
     * Whole hours since the start of the period.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * How many samples it holds.
     */
    count: number;
    /**
     * Milliseconds since the start of the period, as text.
     */
    recordingTimeDeltaMilliseconds: (string | null)[];
    /**
     * Degrees Celsius.
     */
    temperatureCelsius: (number | null)[];
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a period of temperature measurement. `ce_mode` is `reconcile`.
 */
export interface TemperaturePeriodDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * A period of temperature measurement is there for the first time. Holds its samples, or lists their chunks where it is long.
 */
export interface TemperaturePeriodRecorded extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    measurementType?: TemperatureMeasurementType;
    deviceReference?: TemperatureMeasurementDeviceReference;
    sensorLocation?: SensorLocation;
    temperatureMeasurementSamples?: TemperatureMeasurementSample[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    minTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    avgTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    maxTemperatureCelsius: number | null;
    /**
     * Instead of the samples of a long period: all chunks that hold them. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks?: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * A period of temperature measurement changed; `changedFields` names the fields.
 */
export interface TemperaturePeriodRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before.
   */
  changedFields: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    measurementType?: TemperatureMeasurementType;
    deviceReference?: TemperatureMeasurementDeviceReference;
    sensorLocation?: SensorLocation;
    temperatureMeasurementSamples?: TemperatureMeasurementSample[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    minTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    avgTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    maxTemperatureCelsius: number | null;
    /**
     * Instead of the samples of a long period: all chunks that hold them. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks?: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of a period of temperature measurement now, whole. A message without a value says that there is none any more.
 */
export interface TemperaturePeriodState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'temperature-measurements';
  /**
   * Unique with `resource` inside one connection: device, type of measurement, place of the sensor, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    stopTime?: string;
    measurementType?: TemperatureMeasurementType;
    deviceReference?: TemperatureMeasurementDeviceReference;
    sensorLocation?: SensorLocation;
    temperatureMeasurementSamples?: TemperatureMeasurementSample[];
    /**
     * How many samples there are.
     */
    count: number;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    minTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    avgTemperatureCelsius: number | null;
    /**
     * Degrees Celsius; null where no sample has one.
     */
    maxTemperatureCelsius: number | null;
    /**
     * Instead of the samples of a long period: all chunks that hold them. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks?: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * How many samples it holds.
       */
      count: number;
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of one hour of samples of a test now, whole. A message without a value says that there is none any more.
 */
export interface TestChunkState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start, hour, part.
   */
  identity: string[];
  data: {
    /**
     * The field of the test that holds the result.
     */
    kind: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime: string;
    /**
     * Whole hours since the start.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per type. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * `RR`, `ECG` or `ECG_QUALITY`.
       */
      type: string;
      /**
       * `RR`: index of the first value in here.
       */
      startIndex?: number;
      /**
       * `RR`: milliseconds from beat to beat.
       */
      values?: (number | null)[];
      /**
       * `ECG`: milliseconds since `startTime`; `ECG_QUALITY`: since `testTime` of the result.
       */
      recordingTimeDeltaMs?: (number | null)[];
      /**
       * `ECG`: millivolts.
       */
      amplitudeMv?: (number | null)[];
      /**
       * `ECG_QUALITY`: the provider's level.
       */
      qualityLevel?: (string | null)[];
    }[];
  };
}
/**
 * Two complete listings, at least `confirmDeletionSeconds` apart, lacked a test. `ce_mode` is `reconcile`.
 */
export interface TestDeleted extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    /**
     * As in the envelope.
     */
    identity: string[];
    /**
     * The local day that it was filed under; null for what belongs to no day.
     */
    date: string | null;
    /**
     * When the first listing lacked it.
     */
    missingSince: string;
  };
}
/**
 * The test preferences are there for the first time, or changed.
 */
export interface TestPreferencesChanged extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'account-data';
  /**
   * Unique with `resource` inside one connection: `userTestPreferences`.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: UserTestPreferences;
}
/**
 * A test changed; `changedFields` names the fields. Also the first sight of a test of a kind that nobody foresaw.
 */
export interface TestRevised extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    jumpTestResult?: JumpTestResult;
    orthostaticTestResult?: OrthostaticTestResult;
    fitnessTestResult?: FitnessTestResult;
    spo2TestResult?: SpO2TestResult;
    rrRecording?: {
      /**
       * Beats per minute.
       */
      maximumHeartRate?: number;
      /**
       * Beats per minute.
       */
      minimumHeartRate?: number;
      /**
       * Beats per minute.
       */
      averageHeartRate?: number;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      endTime?: string;
    };
    ecgTestResult?: {
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      testTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Minutes.
       */
      timeZoneOffsetMinutes?: number;
      deviceReference?: TestDeviceReference;
      /**
       * Beats per minute.
       */
      averageHeartRateBpm?: number;
      /**
       * Milliseconds.
       */
      heartRateVariabilityMs?: number;
      heartRateVariabilityLevel?: ECGTestResultECGHeartRateVariabilityLevel;
      /**
       * Milliseconds.
       */
      rriMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtContractionMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtRelaxationMs?: number;
      pulseTransitTimeQualityIndex?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * One hour of samples of a test, as columns. Only chunks that are new or changed are sent.
 */
export interface TestSamplesChunk extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start, hour, part.
   */
  identity: string[];
  /**
   * Fields of `data` that differ from the revision before; absent at first sight.
   */
  changedFields?: string[];
  data: {
    /**
     * The field of the test that holds the result.
     */
    kind: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime: string;
    /**
     * Whole hours since the start.
     */
    hour: number;
    /**
     * Counts the chunks of an hour that is too much for one message, from 0.
     */
    part: number;
    /**
     * One entry per type. An hour may hold one type several times: put them one after the other.
     */
    series: {
      /**
       * `RR`, `ECG` or `ECG_QUALITY`.
       */
      type: string;
      /**
       * `RR`: index of the first value in here.
       */
      startIndex?: number;
      /**
       * `RR`: milliseconds from beat to beat.
       */
      values?: (number | null)[];
      /**
       * `ECG`: milliseconds since `startTime`; `ECG_QUALITY`: since `testTime` of the result.
       */
      recordingTimeDeltaMs?: (number | null)[];
      /**
       * `ECG`: millivolts.
       */
      amplitudeMv?: (number | null)[];
      /**
       * `ECG_QUALITY`: the provider's level.
       */
      qualityLevel?: (string | null)[];
    }[];
  };
}
/**
 * What there is of a test now, whole. A message without a value says that there is none any more.
 */
export interface TestState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'tests';
  /**
   * Unique with `resource` inside one connection: kind, start.
   */
  identity: string[];
  data: {
    created?: string;
    modified?: string;
    /**
     * Date and time on the athlete's clock, without an offset.
     */
    startTime?: string;
    jumpTestResult?: JumpTestResult;
    orthostaticTestResult?: OrthostaticTestResult;
    fitnessTestResult?: FitnessTestResult;
    spo2TestResult?: SpO2TestResult;
    rrRecording?: {
      /**
       * Beats per minute.
       */
      maximumHeartRate?: number;
      /**
       * Beats per minute.
       */
      minimumHeartRate?: number;
      /**
       * Beats per minute.
       */
      averageHeartRate?: number;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      endTime?: string;
    };
    ecgTestResult?: {
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      testTime?: string;
      /**
       * Date and time on the athlete's clock, without an offset.
       */
      stopTime?: string;
      /**
       * Minutes.
       */
      timeZoneOffsetMinutes?: number;
      deviceReference?: TestDeviceReference;
      /**
       * Beats per minute.
       */
      averageHeartRateBpm?: number;
      /**
       * Milliseconds.
       */
      heartRateVariabilityMs?: number;
      heartRateVariabilityLevel?: ECGTestResultECGHeartRateVariabilityLevel;
      /**
       * Milliseconds.
       */
      rriMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtContractionMs?: number;
      /**
       * Milliseconds.
       */
      pulseArrivalTimeAtRelaxationMs?: number;
      pulseTransitTimeQualityIndex?: number;
    };
    /**
     * All chunks of it. A chunk that you have and that is not in the list is out of date: drop it.
     */
    chunks: {
      /**
       * Whole hours since the start.
       */
      hour: number;
      /**
       * Counts the chunks of an hour that is too much for one message, from 0.
       */
      part: number;
      /**
       * Types of the series in it.
       */
      types: string[];
      /**
       * Opaque; changes with the chunk.
       */
      hash: string;
    }[];
  };
}
/**
 * What there is of a training target now, whole. A message without a value says that there is none any more.
 */
export interface TrainingTargetState extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar-targets';
  /**
   * Unique with `resource` inside one connection: id of the target.
   */
  identity: string[];
  data: {
    session?: TrainingSessionTarget;
    exercise?: ExerciseTarget[];
  };
}
export interface Volume1 {
  /**
   * 0 to 100.
   */
  volume?: number;
}
/**
 * The athlete's weight was recorded.
 */
export interface WeightRecorded extends EventEnvelope {
  /**
   * What it is about.
   */
  resource: 'calendar';
  /**
   * Unique with `resource` inside one connection: kind, when it was made.
   */
  identity: string[];
  data: {
    weight: Weight;
  };
}
