import { isJsonObject, type Json, type JsonObject } from '#core';

/** The documented `email`, `contactInformation`, `phoneNumber` and `address`, and what a later version may call alike. */
const contact = /^contact|e-?mail|phone|address/i;

/**
 * The account without what one could reach or find the athlete by: nobody can subscribe to that, and what is in the stream
 * can't be taken back. It is left out before anything is compared, so that its change is no event either.
 */
export function withoutContact(account: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(account)
      .filter(([name]) => !contact.test(name))
      .map(([name, value]) => [name, cleaned(value)]),
  );
}

function cleaned(value: Json): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => cleaned(entry));
  return isJsonObject(value) ? withoutContact(value) : value;
}
