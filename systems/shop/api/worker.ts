import type { Service } from '@terrace/service'
import { mailClient } from './aws/mail-client.ts'
import { longPollingClient, queueClient } from './aws/queue-clients.ts'
import { sendMailsWith } from './aws/send-mails.ts'
import { migrations } from './data/migrations/index.ts'
import type { Tables } from './data/tables.ts'
import { type WorkerVariables, workerVariables } from './settings.ts'
import { Consumer } from './worker/consumer.ts'
import { handleMessages } from './worker/handle-messages.ts'
import { handleTraced } from './worker/handle-traced.ts'
import { OrderQueue } from './worker/order-queue.ts'

/** What goes on after an order was accepted: the confirmation by mail. It answers for its health, and nothing else. */
export function createWorker(): Service<WorkerVariables, Tables> {
  return {
    info: { title: 'Shop worker', version: '1.0.0', description: 'Confirms orders by mail.' },
    port: 8001,
    variables: workerVariables,
    migrations,
    work({ config, database, clock, random, log, telemetry }) {
      const polling = longPollingClient()
      const short = queueClient()
      const mail = mailClient(polling.config.credentials)
      const clients = [polling, short, mail]
      const queue = new OrderQueue({ polling, short, url: config.ORDER_QUEUE_URL, random })
      const sendMails = sendMailsWith(mail, { from: config.MAIL_FROM, template: config.MAIL_TEMPLATE })
      const context = { database, sendMails, publicUrl: config.PUBLIC_URL, log }
      const handle = handleTraced(telemetry, config.ORDER_QUEUE_URL, messages => handleMessages(messages, context))
      const consumer = new Consumer(queue, clock, log, handle)
      return {
        async stop() {
          await consumer.stop()
          for (const client of clients) client.destroy()
        },
      }
    },
  }
}
