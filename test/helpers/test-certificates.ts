import { createLocalCertificates, type LocalCertificates } from '../../local/services/certificates.ts';

/** For the servers of a test: those of the whole run, or new ones in any other program. */
export async function openTestCertificates(): Promise<LocalCertificates> {
  const made = process.env['TEST_CERTIFICATES'];
  return made === undefined ? createLocalCertificates() : (JSON.parse(made) as LocalCertificates);
}
