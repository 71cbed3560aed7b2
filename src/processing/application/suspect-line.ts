import { Injectable } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';

/** Lets one suspect be worked on at a time, delivered by the queue or in a lane. */
@Injectable()
export class SuspectLine {
  private readonly line: queueAsPromised<() => Promise<void>, void> = fastq.promise((work) => work(), 1);

  /** Does the work when it is its turn. */
  run(work: () => Promise<void>): Promise<void> {
    return this.line.push(work);
  }

  /** Resolves when nobody is in the line. */
  async drained(): Promise<void> {
    await this.line.drained();
  }
}
