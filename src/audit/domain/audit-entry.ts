/** `PENDING` while the command runs, and for ever where the process died or the audit could not be written in the meantime. */
export const AUDIT_OUTCOMES = ['PENDING', 'DONE', 'REFUSED', 'FAILED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** JSON that says what exactly was asked for and done; never a secret or a key. */
export type AuditDetails = Readonly<Record<string, unknown>>;

/** What is known of a command before it runs. */
export interface CommandBegun {
  readonly keyId: string;
  /** Noun and verb, `event.replay` say. */
  readonly command: string;
  /** The id or the name of what it is done to; null where that is many things. */
  readonly target: string | null;
  readonly details: AuditDetails;
}

/** What is known of it when it has ended. */
export interface CommandEnded extends Pick<CommandBegun, 'target' | 'details'> {
  readonly outcome: Exclude<AuditOutcome, 'PENDING'>;
  readonly affected: number | null;
  readonly error: string | null;
}

/** The audit's entry of the command that is running, for its handler to say what only it finds out. */
export class AuditEntry {
  private count: number | null = null;
  private noted: AuditDetails;

  constructor(
    readonly id: string,
    private readonly begun: CommandBegun,
  ) {
    this.noted = begun.details;
  }

  /** Says on how many events, sources and so on the command was carried out. */
  affected(count: number): void {
    this.count = count;
  }

  /** Adds to the details. */
  note(details: AuditDetails): void {
    this.noted = { ...this.noted, ...details };
  }

  done(): CommandEnded {
    return this.ended('DONE', null);
  }

  /** The command was not carried out, for a reason that is the client's. */
  refused(why: string): CommandEnded {
    return this.ended('REFUSED', why);
  }

  /** As {@link refused}, and the parameters were not valid: they are not kept, for a secret may be in the wrong field. */
  refusedAsInvalid(why: string): CommandEnded {
    return { ...this.refused(why), target: null, details: {} };
  }

  /** The command broke off; what it has done until then is not known. */
  failed(why: string): CommandEnded {
    return this.ended('FAILED', why);
  }

  private ended(outcome: CommandEnded['outcome'], error: string | null): CommandEnded {
    return { outcome, error, affected: this.count, target: this.begun.target, details: this.noted };
  }
}
