import type { AppError } from '../errors.ts';

/** The partner app's client secret as the vault has it. Never logged, stored or answered. */
export interface AppSecret {
  readonly value: string;
  /** The vault's version id. */
  readonly version: string | undefined;
  /** When it ends according to the vault, which gives out an ended secret all the same. */
  readonly expiresAt: Date | undefined;
  readonly readAt: Date;
  /** Why the vault could not be read again although this value is due for it. */
  readonly problem: AppError | undefined;
}

/** Failures are `AppError`s with the codes `vault-…`. */
export interface SecretSource {
  get(): Promise<AppSecret>;
  /** Entra refused this secret: reads the vault again, unless that was done just now; answers what is known then. */
  refresh(refused: AppSecret): Promise<AppSecret>;
}
