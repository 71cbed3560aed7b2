import type { LoggerService } from '@nestjs/common';
import { destination, type Level, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import type { AppConfig } from '../config/config.js';
import { ConfigurationError } from '../config/config.js';

/** Fields of one line. `message` is its text; whatever is about an event has `eventId` and `source`. */
export interface LogFields extends Readonly<Record<string, unknown>> {
  readonly message: string;
}

/** The framework tells of every module and route at each start; that is for those who debug it. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/** A system call for each line costs more than the line, where a busy pipe takes it. */
const BUFFER_BYTES = 4096;
const FLUSH_MS = 100;

const STACK = /\n\s+at /;

/**
 * Nest's logger on pino: one JSON object a line on stdout, or readable lines on a terminal. Lines name events and sources; they
 * never carry headers, payloads, secrets or signatures. JSON lines are written a tenth of a second later at most: only a kill can lose
 * some, and what they told of events is in the database.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(
    level: AppConfig['LOG_LEVEL'],
    { isTTY, fd }: { readonly isTTY?: boolean; readonly fd: number } = process.stdout,
  ) {
    this.pino = pino(
      {
        level,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      isTTY
        ? pretty({ destination: fd, sync: true })
        : destination({ fd, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS }),
    );
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(FRAMEWORK.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    // main.ts says it in one line on stderr.
    if (message instanceof ConfigurationError) return;
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    // Nest passes a stack, where there is one, and then the logger's name.
    const stack = rest.find((each) => typeof each === 'string' && STACK.test(each));
    const name = rest.at(-1);
    const about = { context: name === stack ? undefined : name, stack };
    if (message instanceof Error) this.pino[level]({ ...about, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) {
      const { message: text, ...fields } = message as LogFields;
      this.pino[level]({ ...about, ...fields }, text);
    } else this.pino[level](about, String(message));
  }
}
