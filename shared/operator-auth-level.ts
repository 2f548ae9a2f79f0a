/**
 * Who may call the functions that hold data. It is needed while they are registered, when nothing may throw yet: a wrong setting
 * means function keys here and stops the host in its start-up hook.
 */
export function operatorAuthLevel(
  env: Readonly<Record<string, string | undefined>> = process.env,
): 'anonymous' | 'function' {
  return env['OPERATOR_SIGN_IN']?.trim() === 'entra' ? 'anonymous' : 'function';
}
