import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { toSqlTime } from '../../platform/database/sql-database.js';
import type { Lease } from './lanes/lane-rows.js';

/** What this process takes is its own until the lease ends, unless it is renewed by then. */
@Injectable()
export class WorkerLease {
  /** This process's name as a holder. */
  readonly holder = `${hostname().slice(0, 24)}:${randomUUID()}`;

  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'LEASE_MS'>,
  ) {}

  /** The end of a lease that begins now, as the database has it. */
  end(): string {
    return toSqlTime(new Date(this.clock.now().getTime() + this.config.LEASE_MS));
  }

  now(): Lease {
    return { holder: this.holder, now: toSqlTime(this.clock.now()), end: this.end() };
  }
}
