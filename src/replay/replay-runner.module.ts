import { Module } from '@nestjs/common';
import { ProcessingModule } from '../processing/processing.module.js';
import { ReplayRunner } from './application/replay-runner.js';
import { ReplayLeases } from './infrastructure/replay-leases.js';

/** Running the replays of many events, in workers. */
@Module({
  imports: [ProcessingModule],
  providers: [ReplayLeases, ReplayRunner],
})
export class ReplayRunnerModule {}
