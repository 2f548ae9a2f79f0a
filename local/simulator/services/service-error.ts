import { jsonAnswer, type Answer } from '../http/answer.ts';

/** An error of the Defender API; `target` is the tracking id that Microsoft's support asks for. */
export function serviceError(
  status: number,
  code: string,
  message: string,
  trackingId: string,
  headers: Record<string, string> = {},
): Answer {
  return { ...jsonAnswer(status, { error: { code, message, target: trackingId } }, headers), code };
}
