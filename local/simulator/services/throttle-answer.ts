import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { ThrottleForm } from '../state/fault.ts';

/**
 * A 429. Microsoft says only that the body tells when calls are possible again and documents neither its text nor a header,
 * so the forms cover what clients have met. Each body has the moment of the error, as Microsoft's errors do; it is no wait.
 */
export function throttleAnswer(form: ThrottleForm, seconds: number, nowMs: number, trackingId: string): Answer {
  const message =
    form === 'body-seconds'
      ? `API calls quota exceeded! Maximum calls allowed are 50 per 1 minute. You can send requests again in ${seconds} seconds.`
      : 'API calls quota exceeded!';
  const headers: Record<string, string> =
    form === 'header-seconds'
      ? { 'retry-after': String(seconds) }
      : form === 'header-date'
        ? { 'retry-after': httpDate(nowMs + seconds * 1000) }
        : {};
  const innerError = { date: new Date(nowMs).toISOString().slice(0, 19), 'request-id': trackingId };
  const error = { code: 'TooManyRequests', message, target: trackingId, innerError };
  return { ...jsonAnswer(429, { error }, headers), code: error.code };
}

/** An HTTP date has whole seconds; rounded down it would call the client back too early. */
function httpDate(ms: number): string {
  return new Date(Math.ceil(ms / 1000) * 1000).toUTCString();
}
