import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import fastq, { type queueAsPromised } from 'fastq';

/** Were a suspect the first thing that a new worker does, whatever kills young workers would seem to be the suspect's doing. */
const OPENS_WITHIN_MS = 1000;

/** Lets one suspect be worked on at a time, delivered by the queue or in a lane. */
@Injectable()
export class SuspectLine {
  private readonly opening = delay(Math.random() * OPENS_WITHIN_MS, undefined, { ref: false });
  private readonly line: queueAsPromised<() => Promise<void>, void> = fastq.promise(async (work) => {
    await this.opening;
    await work();
  }, 1);

  /** Does the work when it is its turn. */
  run(work: () => Promise<void>): Promise<void> {
    return this.line.push(work);
  }

  /** Resolves when nobody is in the line. */
  async drained(): Promise<void> {
    await this.line.drained();
  }
}
