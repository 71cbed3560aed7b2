import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the installation has to remember of itself: the made admin key's hash, the secrets key's check value. */
@Entity('settings')
export class SettingEntity {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  value!: string;
}
