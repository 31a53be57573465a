import { BridgeError } from '#core';
import { find, type KafkaFailure } from './failure.ts';

interface Advice {
  readonly when: (failure: KafkaFailure) => boolean;
  readonly text: string;
}

const coded =
  (pattern: RegExp): Advice['when'] =>
  ({ code }) =>
    typeof code === 'string' && pattern.test(code);

const typed =
  (...types: readonly string[]): Advice['when'] =>
  ({ type }) =>
    types.some((one) => one === type);

/** No waiting mends these. The texts are ours alone: what a client says may hold what it was given. */
const refusals: readonly Advice[] = [
  {
    when: typed('UNSUPPORTED_SASL_MECHANISM'),
    text: 'this listener of Kafka does not know KAFKA_SASL_MECHANISM; take one of its sasl.enabled.mechanisms',
  },
  {
    when: typed('ILLEGAL_SASL_STATE'),
    text: 'this listener of Kafka takes no user and password; unset KAFKA_SASL_MECHANISM, or name the port of its SASL listener in KAFKA_BROKERS',
  },
  {
    when: (failure) =>
      failure.name === 'KafkaJSSASLAuthenticationError' || typed('SASL_AUTHENTICATION_FAILED')(failure),
    text: 'Kafka does not accept KAFKA_USERNAME with KAFKA_PASSWORD; check both, and that Kafka has this user for KAFKA_SASL_MECHANISM (a user of SCRAM has a password for SHA-256, one for SHA-512, or both)',
  },
  {
    when: coded(/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/),
    text: "Kafka's certificate is not valid at this time; renew it, or set the clock",
  },
  {
    when: coded(/^ERR_TLS_CERT_ALTNAME_INVALID$/),
    text: "Kafka's certificate is not for the name by which it was reached; use a name of the certificate in KAFKA_BROKERS and in the brokers' advertised.listeners",
  },
  {
    when: coded(/SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_UNTRUSTED|CERT_SIGNATURE/),
    text: "Kafka's certificate is of an authority that is not known here; set KAFKA_SSL_CA_FILE to the path of that authority's certificate (PEM)",
  },
  {
    when: coded(/ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|HANDSHAKE_FAILURE)/),
    text: 'Kafka does not accept our certificate, or wants one; set KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE to a certificate of an authority that it trusts, and its key',
  },
  {
    when: coded(/^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/),
    text: 'what answers does not speak TLS; set KAFKA_SSL to false, or name the port of the TLS listener in KAFKA_BROKERS',
  },
];

/** A broker that ends does the same, so these are tried again. */
const suspicions: readonly Advice[] = [
  {
    when: ({ message }) => /before secure TLS connection was established/.test(String(message)),
    text: 'Kafka closed the connection during the TLS handshake; if that goes on, KAFKA_BROKERS may name a port without TLS (then set KAFKA_SSL to false, or name the port of the TLS listener)',
  },
  {
    when: ({ name }) => name === 'KafkaJSConnectionClosedError',
    text: 'Kafka closed the connection without an answer; if that goes on, its listener may want TLS (KAFKA_SSL), or a user (KAFKA_SASL_MECHANISM)',
  },
];

/**
 * What to do about an error of opening a connection.
 * @returns BridgeError BROKER_ACCESS_DENIED where only other settings help, BROKER_UNAVAILABLE where they may; any other
 * error as it is
 */
export function explained(error: unknown): unknown {
  const advise = (advices: readonly Advice[]): string | undefined =>
    advices.find(({ when }) => find(error, when) !== undefined)?.text;
  const broker = find(error, (failure) => typeof failure.broker === 'string')?.broker;
  const fields = broker === undefined ? {} : { broker: String(broker) };
  const refusal = advise(refusals);
  if (refusal !== undefined) return new BridgeError('BROKER_ACCESS_DENIED', refusal, { fields, cause: error });
  const suspicion = advise(suspicions);
  return suspicion === undefined ? error : new BridgeError('BROKER_UNAVAILABLE', suspicion, { fields, cause: error });
}
