import type { Answer } from './answer.ts';
import type { ThrottleForm } from './fault.ts';
import { serviceError } from './service-error.ts';

/**
 * A 429. Microsoft says only that the body tells when calls are possible again and documents neither its text nor a header,
 * so the forms cover what clients have met.
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
  return serviceError(429, 'TooManyRequests', message, trackingId, headers);
}

/** An HTTP date has whole seconds; rounded down it would call the client back too early. */
function httpDate(ms: number): string {
  return new Date(Math.ceil(ms / 1000) * 1000).toUTCString();
}
