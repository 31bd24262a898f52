import { days, secureRandom } from '@terrace/kit'
import { addSessions, type Service } from '@terrace/service'
import { forgetSessionsEndedBefore, forgetTriesBefore } from '@terrace/service/accounts'
import { ensureOperator } from './accounts/sign-up.ts'
import { Visitors } from './accounts/visitors.ts'
import { DeadLetterQueue } from './aws/dead-letters.ts'
import { queueClient } from './aws/queue-clients.ts'
import { sendAllTo } from './aws/send-all.ts'
import { migrations } from './data/migrations/index.ts'
import { insertMissingProducts } from './data/products.ts'
import type { Tables } from './data/tables.ts'
import { Relay } from './messages/relay.ts'
import { OrderDesk } from './orders/order-desk.ts'
import { addAccountRoutes } from './routes/accounts.ts'
import { addOperationRoutes } from './routes/operations.ts'
import { addOrderRoutes } from './routes/orders.ts'
import { addPictureRoutes } from './routes/pictures.ts'
import { addProductRoutes } from './routes/products.ts'
import { addSessionRoutes } from './routes/sessions.ts'
import { type ShopVariables, shopVariables } from './settings.ts'

/** The shop's API, with the relay that puts messages on the queue. One service for each process. */
export function createShop(): Service<ShopVariables, Tables> {
  // Routes are there before the process is ready, the relay only then.
  let relay: Relay | undefined
  return {
    info: {
      title: 'Shop',
      version: '1.0.0',
      description:
        'Products, accounts and orders. An order is answered once it is stored and its stock reserved; the confirmation follows by mail. Every refusal is a problem document whose detail says why.',
    },
    variables: shopVariables,
    migrations,
    addRoutes(app, { config, database, clock, log }) {
      const client = queueClient()
      app.addHook('onClose', async () => client.destroy())
      const visitors = new Visitors(database)
      const desk = new OrderDesk(database, secureRandom, () => relay?.wake())
      const deadLetters = new DeadLetterQueue(client, config.ORDER_DEAD_LETTER_QUEUE_URL, config.ORDER_QUEUE_URL)
      const origins = [new URL(config.PUBLIC_URL).origin]
      addSessions(app, { secrets: config.SESSION_SECRET, clock, random: secureRandom, origins })
      addProductRoutes(app, database)
      addPictureRoutes(app, config.PICTURES_BUCKET, log)
      addAccountRoutes(app, database, config)
      addSessionRoutes(app, database, visitors, config)
      addOrderRoutes(app, database, visitors, desk)
      addOperationRoutes(app, database, visitors, deadLetters)
    },
    async prepare({ config, database }) {
      await insertMissingProducts(database.db, config.STOCK_PER_PRODUCT)
      await ensureOperator(database, config.OPERATOR_EMAIL, config.OPERATOR_PASSWORD)
    },
    work({ config, database, log, telemetry }) {
      // A client of its own: the relay ends after the routes.
      const client = queueClient()
      const running = new Relay(database, sendAllTo(client, config.ORDER_QUEUE_URL, telemetry), log)
      relay = running
      return {
        async stop() {
          await running.stop()
          client.destroy()
        },
      }
    },
    async tidy(database) {
      const now = database.clock.now()
      await forgetSessionsEndedBefore(database, now)
      await forgetTriesBefore(database, now - days(1))
    },
  }
}
