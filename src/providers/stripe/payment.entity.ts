import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A payment that Stripe says has succeeded. */
@Entity('stripe_payments')
export class StripePaymentEntity {
  /** The payment intent's id. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id!: string;

  /** In the currency's smallest unit. */
  @Column({ name: 'amount_received', type: 'bigint' })
  amountReceived!: string;

  @Column({ type: 'varchar', length: 8 })
  currency!: string;
}
