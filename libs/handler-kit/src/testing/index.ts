export type { BenchClock } from './bench-clock.js';
export type { LogLine } from './bench-context.js';
export type { BenchTables } from './bench-database.js';
export type { BenchSideEffects, SideEffectAnswer, SideEffectCall } from './bench-side-effects.js';
export { HandlerBench } from './handler-bench.js';
export type { BenchOptions, HandlerOrClass, HandlerRun, RunOptions, RunOutcome } from './handler-bench.js';
export type { SampleChanges } from './sample-event.js';
