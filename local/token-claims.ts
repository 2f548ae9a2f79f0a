import { text } from 'node:stream/consumers';
import { describeToken } from './azure-check/describe-token.ts';

const HELP = `... | npm run token:claims     prints the claims of the access token on standard input

  az account get-access-token --scope https://api.security.microsoft.com/.default --query accessToken --output tsv | npm run token:claims

Nothing is sent, kept or verified; the token and its signature are not printed.`;

/** Without this a person at a terminal would wait for ever, as the command does for a token. */
const wantsHelp = process.argv.length > 2 || process.stdin.isTTY;

if (wantsHelp) {
  console.log(HELP);
} else {
  const claims = describeToken(await text(process.stdin));
  if (claims === undefined) {
    console.error('Cannot read the claims as standard input is not a JSON Web Token');
    process.exitCode = 1;
  } else console.log(claims);
}
