import { Entity, PrimaryColumn } from 'typeorm';

/** A gate with a limit; its row is what is locked while somebody decides about its places. */
@Entity('gates')
export class GateEntity {
  @PrimaryColumn({ type: 'varchar', length: 160 })
  name!: string;
}
