import { createPrivateKey, X509Certificate } from 'node:crypto';
import { rule } from './decorators.ts';

/** One certificate in PEM, or several in a row. */
export const Certificates = (message: string): PropertyDecorator =>
  rule('certificates', message, undefined, (value) => certificatesOf(value).length > 0);

/** Whether the key, in PEM, is the one of the first certificate. */
export function isKeyOf(key: unknown, certificates: unknown): boolean {
  const [certificate] = certificatesOf(certificates);
  try {
    return certificate?.checkPrivateKey(createPrivateKey(String(key))) ?? false;
  } catch {
    return false;
  }
}

/** @returns none when one of them can't be read */
function certificatesOf(value: unknown): readonly X509Certificate[] {
  const blocks = String(value).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((pem) => new X509Certificate(pem));
  } catch {
    return [];
  }
}
