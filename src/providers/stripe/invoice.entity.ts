import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What Stripe has told us of an invoice. */
@Entity('stripe_invoices')
export class StripeInvoiceEntity {
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id!: string;

  @Column({ type: 'varchar', length: 32 })
  status!: string;

  /** In the currency's smallest unit. MySQL's driver reads it as a text, SQLite's as a number. */
  @Column({ name: 'amount_due', type: 'bigint', transformer: { to: Number, from: Number } })
  amountDue!: number;

  @Column({ type: 'varchar', length: 8 })
  currency!: string;
}
