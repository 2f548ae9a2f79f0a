import { text } from 'node:stream/consumers';
import { describeToken } from './token-claims/describe-token.ts';

/** `npm run token:claims`: prints the claims of the token on standard input. Nothing is sent, kept or verified. */
const claims = describeToken(await text(process.stdin));
if (claims === undefined) {
  console.error('Cannot read the claims as standard input is not a JSON Web Token');
  process.exitCode = 1;
} else console.log(claims);
