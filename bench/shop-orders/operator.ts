import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { Shopper } from './shopper.ts'

/** How many orders there are in each state. */
export interface OrderCounts {
  readonly accepted: number
  readonly confirmed: number
}

/** The shop's operator, whose password is a SecureString of the local cloud. */
export class Operator {
  readonly #shopper: Shopper

  private constructor(shopper: Shopper) {
    this.#shopper = shopper
  }

  static async logIn(web: string, gateway: string): Promise<Operator> {
    const client = new SSMClient({
      endpoint: gateway,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
    try {
      const asked = new GetParameterCommand({ Name: '/shop/operator/password', WithDecryption: true })
      const password = (await client.send(asked)).Parameter?.Value ?? ''
      const shopper = await new Shopper(web).logIn(`operator@${new URL(web).hostname}`, password)
      return new Operator(shopper)
    } finally {
      client.destroy()
    }
  }

  async counts(): Promise<OrderCounts> {
    const { status, body } = await this.#shopper.send('GET', '/api/operations/orders?limit=1')
    if (status !== 200) throw new Error(`the operator's list of orders answered ${status}`)
    return (body as { readonly counts: OrderCounts }).counts
  }

  async stock(): Promise<ReadonlyMap<number, number>> {
    const { status, body } = await this.#shopper.send('GET', '/api/operations/stock')
    if (status !== 200) throw new Error(`the operator's list of stock answered ${status}`)
    const levels = body as readonly { readonly productId: number; readonly stock: number }[]
    return new Map(levels.map(({ productId, stock }) => [productId, stock]))
  }
}
