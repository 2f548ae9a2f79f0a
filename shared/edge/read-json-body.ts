import type { HttpRequest } from '@azure/functions';
import { badBody } from '../domain/requests/strict-body.ts';
import { quote } from '../domain/values/quote.ts';
import { AppError } from '../errors.ts';

const MAX_BODY_CHARS = 65_536;

/** The request's JSON; nothing counts as `{}`. */
export async function readJsonBody(request: HttpRequest): Promise<unknown> {
  const text = await request.text();
  if (text.length > MAX_BODY_CHARS)
    throw new AppError(
      'body-too-large',
      `Cannot read the body as at most ${MAX_BODY_CHARS} characters are allowed: current length is ${text.length}`,
    );
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badBody(`Cannot read the body as it must be valid JSON: current value is ${quote(text)}`);
  }
}
