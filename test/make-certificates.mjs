import { createLocalCertificates } from '../local/services/certificates.ts';

/** Makes the certificates of all servers of a run. The tests find them in the environment (test/helpers/test-certificates.ts). */
export default async function makeCertificates() {
  process.env['TEST_CERTIFICATES'] = JSON.stringify(await createLocalCertificates());
}
