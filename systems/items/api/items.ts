import { minutes, secureRandom } from '@terrace/kit'
import type { CommonContext, PlainService } from '@terrace/service/plain'
import { makeSelfSigned } from '@terrace/service/self-signed'
import { secretReader } from './cursors/read-secret.ts'
import { RotatingKeys } from './cursors/rotating-keys.ts'
import { tableClient } from './data/client.ts'
import { DynamoItems } from './data/dynamo-items.ts'
import type { ItemRepository } from './data/repository.ts'
import { passesByItself } from './data/unavailable.ts'
import { refuseForeignOrigins } from './http/foreign-origin.ts'
import { addInfoRoute } from './routes/info.ts'
import { addItemRoutes } from './routes/items.ts'
import { addOneItemRoutes } from './routes/one-item.ts'
import { type ItemsVariables, itemsVariables, PORT } from './settings.ts'

/** How often a rotated secret is looked for. */
const KEYS_EVERY = minutes(1)

/** Where the items are, and what signs their cursors. */
export interface ItemsGround {
  readonly items: ItemRepository
  readonly keys: RotatingKeys
  close(): void
}

/**
 * The API of the items. One service for each process.
 *
 * @param open  where everything is kept: DynamoDB and Secrets Manager by default
 */
export function createItems(
  open: (context: CommonContext<ItemsVariables>) => ItemsGround = onAws,
): PlainService<ItemsVariables> {
  // Routes are there before the process is ready, the keys only then.
  let ground: ItemsGround | undefined
  return {
    info: {
      title: 'Items',
      version: '1.0.0',
      description:
        'A list of items, newest first. Pages are asked for by cursor; changes may be tied to a version with If-Match; creating may be repeated with an Idempotency-Key; what was deleted can be restored for a day. Every refusal is a problem document whose detail says why.',
    },
    variables: itemsVariables,
    port: PORT,
    healthPath: '/health',
    descriptionPath: '/api/v1/openapi.json',
    makeCertificate: makeSelfSigned,
    isUnavailable: passesByItself,
    addRoutes(app, context) {
      const { items, keys, close } = open(context)
      ground = { items, keys, close }
      app.addHook('onClose', async () => close())
      refuseForeignOrigins(app, context.config.ALLOWED_ORIGINS)
      addItemRoutes(app, { items, keys, clock: context.clock, random: secureRandom })
      addOneItemRoutes(app, { items, clock: context.clock })
      addInfoRoute(app, context)
    },
    prepare: async () => ground?.keys.load(),
    work({ clock }) {
      const stop = clock.every(KEYS_EVERY, () => ground?.keys.refresh())
      return { stop: async () => stop() }
    },
  }
}

function onAws({ config, clock, log }: CommonContext<ItemsVariables>): ItemsGround {
  const client = tableClient()
  const secret = secretReader(config.CURSOR_SECRET)
  return {
    items: new DynamoItems(client, config.TABLE_NAME, secureRandom),
    keys: new RotatingKeys(secret.read, clock, log),
    close() {
      client.destroy()
      secret.close()
    },
  }
}
