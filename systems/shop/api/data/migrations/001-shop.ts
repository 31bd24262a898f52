import { createIndexIfMissing, type Migration } from '@terrace/service'
import { sql } from 'kysely'

/** Everything that the shop began with. */
export const shopTables: Migration = {
  name: '001-shop',
  async up(db, dialect) {
    const options = sql.raw(dialect.tableOptions)
    const table = (name: string) => db.schema.createTable(name).ifNotExists().modifyEnd(options)
    await table('products')
      .addColumn('id', 'integer', column => column.primaryKey())
      .addColumn('slug', 'varchar(50)', column => column.notNull().unique())
      .addColumn('name', 'varchar(100)', column => column.notNull())
      .addColumn('price_cents', 'integer', column => column.notNull())
      .addColumn('stock', 'integer', column => column.unsigned().notNull())
      .execute()
    await table('accounts')
      .addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
      .addColumn('email', 'varchar(254)', column => column.notNull())
      .addColumn('email_key', 'varchar(254)', column => column.notNull().unique())
      .addColumn('name', 'varchar(100)', column => column.notNull())
      .addColumn('password_hash', 'varchar(200)', column => column.notNull())
      .addColumn('role', 'varchar(20)', column => column.notNull())
      .addColumn('created_at', 'datetime(3)', column => column.notNull())
      .execute()
    await table('sessions')
      .addColumn('id_hash', 'varchar(64)', column => column.primaryKey())
      .addColumn('account_id', 'integer', column => column.notNull())
      .addColumn('ends_at', 'bigint', column => column.notNull())
      .execute()
    await table('attempts')
      .addColumn('bucket', 'varchar(64)', column => column.notNull())
      .addColumn('window_start', 'bigint', column => column.notNull())
      .addColumn('tries', 'integer', column => column.notNull())
      .addPrimaryKeyConstraint('attempts_key', ['bucket', 'window_start'])
      .execute()
    await table('orders')
      .addColumn('id', 'varchar(20)', column => column.primaryKey())
      .addColumn('account_id', 'integer', column => column.notNull())
      .addColumn('request_key', 'varchar(64)', column => column.notNull().unique())
      .addColumn('fingerprint', 'varchar(64)', column => column.notNull())
      .addColumn('state', 'varchar(20)', column => column.notNull())
      .addColumn('total_cents', 'bigint', column => column.notNull())
      .addColumn('placed_at', 'datetime(3)', column => column.notNull())
      .addColumn('confirmed_at', 'datetime(3)')
      .addColumn('mail_started_at', 'datetime(3)')
      .addColumn('mail_problem', 'varchar(300)')
      .execute()
    await table('order_items')
      .addColumn('order_id', 'varchar(20)', column => column.notNull())
      .addColumn('product_id', 'integer', column => column.notNull())
      .addColumn('name', 'varchar(100)', column => column.notNull())
      .addColumn('quantity', 'integer', column => column.notNull())
      .addColumn('price_cents', 'integer', column => column.notNull())
      .addPrimaryKeyConstraint('order_items_key', ['order_id', 'product_id'])
      .execute()
    await table('outbox')
      .addColumn('id', 'bigint', column => column.primaryKey().autoIncrement())
      .addColumn('messages', 'text', column => column.notNull())
      .execute()
    for (const [name, columns] of INDEXES)
      await createIndexIfMissing(db, dialect, { name: `${name}_${columns[0]}`, table: name, columns })
  },
}

const INDEXES = [
  ['sessions', ['account_id']],
  ['sessions', ['ends_at']],
  ['attempts', ['window_start']],
  ['orders', ['account_id', 'placed_at']],
  ['orders', ['state', 'placed_at']],
] as const
