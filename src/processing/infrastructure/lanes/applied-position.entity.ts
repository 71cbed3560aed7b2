import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a handler that passes over older events has come in a lane. */
@Entity('applied_positions')
export class AppliedPositionEntity {
  @PrimaryColumn({ name: 'lane_id', type: 'varchar', length: 64 })
  laneId!: string;

  @PrimaryColumn({ type: 'varchar', length: 128 })
  handler!: string;

  /** Of the newest event that it has worked on. */
  @Column({ type: 'bigint', transformer: { to: (value: number) => value, from: Number } })
  position!: number;
}
