import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Certified {
  /** PEM */
  readonly cert: string;
  /** PEM */
  readonly key: string;
}

/** A certificate authority of a test's own. Its keys are made when it opens and live in its folder only. */
export class Authority {
  readonly #folder: string;
  readonly cert: string;

  private constructor(folder: string, cert: string) {
    this.#folder = folder;
    this.cert = cert;
  }

  static async open(folder: string): Promise<Authority> {
    await mkdir(folder, { recursive: true });
    const made = ['-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority'];
    await openssl(folder, 'req', ...made, '-days', '2', '-addext', 'keyUsage=critical,keyCertSign');
    return new Authority(folder, await readFile(join(folder, 'ca.pem'), 'utf8'));
  }

  /** @param names as in a subjectAltName: `IP:127.0.0.1,DNS:localhost` */
  async certify(title: string, names: string, days = 2): Promise<Certified> {
    const [key, request, cert, more] = ['key', 'csr', 'pem', 'ext'].map((end) => `${title}.${end}`) as [
      string,
      string,
      string,
      string,
    ];
    await openssl(this.#folder, 'req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${title}`);
    await writeFile(join(this.#folder, more), `subjectAltName=${names}\n`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days), '-extfile', more];
    await openssl(this.#folder, 'x509', '-req', '-in', request, '-out', cert, ...by);
    const read = (file: string): Promise<string> => readFile(join(this.#folder, file), 'utf8');
    return { cert: await read(cert), key: await read(key) };
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];

async function openssl(folder: string, ...args: readonly string[]): Promise<void> {
  await execute('openssl', args, { cwd: folder });
}
