import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A payment that Stripe says has succeeded. */
@Entity('stripe_payments')
export class StripePaymentEntity {
  /** The payment intent's id. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id!: string;

  /** In the currency's smallest unit. MySQL's driver reads it as a text, SQLite's as a number. */
  @Column({ name: 'amount_received', type: 'bigint', transformer: { to: Number, from: Number } })
  amountReceived!: number;

  @Column({ type: 'varchar', length: 8 })
  currency!: string;
}
