import { type App, type Database, notFound } from '@terrace/service'
import * as z from 'zod'
import { allProducts, productById } from '../data/products.ts'
import type { Tables } from '../data/tables.ts'
import { productParameter, productSchema } from '../schemas/product.ts'

const tags = ['products']

/** `/api/products` and `/api/products/{id}` */
export function addProductRoutes(app: App, { db }: Database<Tables>): void {
  app.get(
    '/api/products',
    { schema: { tags, summary: 'List what is on sale', response: { 200: z.array(productSchema) } } },
    () => allProducts(db),
  )

  app.get(
    '/api/products/:id',
    {
      schema: {
        tags,
        summary: 'Show a product',
        params: productParameter,
        response: { 200: productSchema },
        problems: [404],
      },
    },
    async request => {
      const product = await productById(db, request.params.id)
      if (!product) throw notFound('Product not found')
      return product
    },
  )
}
