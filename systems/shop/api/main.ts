import { runService } from '@terrace/service'

// One image, two roles; each loads what it needs.
if (process.env.SHOP_ROLE === 'worker') {
  const { createWorker } = await import('./worker.ts')
  await runService(createWorker())
} else {
  const { createShop } = await import('./shop.ts')
  await runService(createShop())
}
