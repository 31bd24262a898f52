// An API without a database, whose one page is a list of 50 items: what is measured is what goes around a request.
import { runPlainService } from '@terrace/service/plain'

const ITEMS = Array.from({ length: 50 }, (_, index) => ({
  id: `item-${index}`,
  name: `Item number ${index}`,
  description: 'A thing that somebody keeps, with a few words about it.',
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
  version: 1,
}))

await runPlainService({
  info: { title: 'Tracing bench', version: '1.0.0', description: 'A list in memory' },
  variables: {},
  addRoutes(app) {
    app.get('/api/v1/items', { schema: { tags: ['items'] } }, () => ({ items: ITEMS, next: null }))
  },
})
