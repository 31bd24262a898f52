import type { Account } from '../src/api/types.ts'
import type { StandInOrder, StandInState } from './stand-in-state.ts'

/** What is answered; `logIn` asks for a new session of that account. */
export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly total?: number
  readonly logIn?: number
}

/** A request with its session's account. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly account: (Account & { password: string }) | undefined
  readonly body: {
    readonly email?: string
    readonly password?: string
    readonly name?: string
    readonly currentPassword?: string
    readonly newPassword?: string
    readonly stock?: number
    readonly items?: readonly { readonly productId: number; readonly quantity: number }[]
  }
}

/** A problem document. */
export const problem = (status: number, detail: string, more: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: String(status), status, detail, ...more },
})

/** What the API would answer. */
export function answerTo(state: StandInState, asked: Asked): Answer {
  const { method, url, account, body } = asked
  const [, collection = '', id, more] = url.pathname.split('/').filter(Boolean)
  switch (`${method} ${collection}${id === undefined ? '' : '/id'}`) {
    case 'GET products':
      return { status: 200, body: state.products }
    case 'GET sessions/id':
    case 'DELETE sessions/id':
      return { status: 200 }
    case 'POST sessions': {
      const found = state.accounts.find(one => one.email === body.email && one.password === body.password)
      return found ? { status: 201, logIn: found.id } : problem(401, 'The address or the password is wrong')
    }
    case 'POST accounts':
      return signUp(state, asked)
  }
  if (collection === 'operations') return operate(state, asked)
  if (!account) return problem(401, 'Log in first')
  switch (`${method} ${collection}${id === undefined ? '' : '/id'}`) {
    case 'PUT accounts/id':
      if (more !== 'password' || body.currentPassword !== account.password)
        return invalid('currentPassword', 'is wrong')
      account.password = body.newPassword ?? ''
      return { status: 200, logIn: account.id }
    case 'POST orders':
      return order(state, asked, account)
    case 'GET orders':
      return page(
        state.orders.filter(({ accountId }) => accountId === account.id),
        url,
      )
    case 'GET orders/id': {
      const found = state.orders.find(one => one.id === id && one.accountId === account.id)
      return found ? { status: 200, body: found } : problem(404, 'Order not found')
    }
  }
  return problem(404, 'Not found')
}

const invalid = (path: string, message: string): Answer =>
  problem(422, `${path} ${message}`, { errors: [{ path, message }] })

function signUp(state: StandInState, { body }: Asked): Answer {
  const { email = '', password = '', name = '' } = body
  if (password === 'passwordpassword')
    return invalid('password', 'is one of the most common passwords; choose another one')
  if (!state.accounts.some(one => one.email === email))
    state.accounts.push({ id: state.accounts.length + 1, role: 'customer', email, password, name })
  return { status: 201, body: { email, name } }
}

function order(state: StandInState, { body }: Asked, account: Account): Answer {
  const lines = (body.items ?? []).flatMap(({ productId, quantity }) => {
    const product = state.products.find(({ id }) => id === productId)
    return product ? [{ product, quantity }] : []
  })
  const shortages = lines
    .filter(({ product, quantity }) => product.stock < quantity)
    .map(({ product, quantity }) => ({
      productId: product.id,
      name: product.name,
      requested: quantity,
      available: product.stock,
    }))
  if (shortages.length > 0) return problem(409, 'Not everything is in stock', { shortages })
  for (const { product, quantity } of lines) product.stock -= quantity
  const index = state.orders.length + 1
  const placed: StandInOrder = {
    accountId: account.id,
    id: `order${index}`,
    number: `A${String(index).padStart(5, '0')}`,
    state: 'accepted',
    items: lines.map(({ product, quantity }) => ({
      productId: product.id,
      name: product.name,
      quantity,
      priceCents: product.priceCents,
    })),
    totalCents: lines.reduce((sum, { product, quantity }) => sum + product.priceCents * quantity, 0),
    currency: 'EUR',
    placedAt: new Date().toISOString(),
    confirmedAt: null,
    mailProblem: null,
  }
  state.orders.unshift(placed)
  return { status: 201, body: placed }
}

function page(orders: readonly StandInOrder[], url: URL): Answer {
  const state = url.searchParams.get('state')
  const rows = orders.filter(one => state === null || one.state === state)
  const offset = Number(url.searchParams.get('offset') ?? 0)
  const limit = Number(url.searchParams.get('limit') ?? 50)
  return { status: 200, body: rows.slice(offset, offset + limit), total: rows.length }
}

function operate(state: StandInState, { method, url, account, body }: Asked): Answer {
  if (account?.role !== 'operator') return problem(404, `There is nothing at ${url.pathname}`)
  const [, , subject, id] = url.pathname.split('/').filter(Boolean)
  const product = state.products.find(one => one.id === Number(id))
  switch (`${method} ${subject}`) {
    case 'GET stock':
      return { status: 200, body: state.products.map(level) }
    case 'PUT stock':
      if (!product) return problem(404, 'Product not found')
      product.stock = body.stock ?? product.stock
      return { status: 200, body: level(product) }
    case 'GET orders': {
      const count = (wanted: string) => state.orders.filter(one => one.state === wanted).length
      const counts = { accepted: count('accepted'), confirmed: count('confirmed') }
      const found = page(state.orders, url)
      return { ...found, body: { counts, orders: found.body } }
    }
    case 'GET dead-letters':
      return { status: 200, body: state.deadLetters, total: state.deadLetters.length }
    case 'POST dead-letters': {
      const at = state.deadLetters.findIndex(letter => letter.id === id)
      if (at < 0) return problem(404, 'Dead letter not found')
      state.deadLetters.splice(at, 1)
      return { status: 204 }
    }
  }
  return problem(404, 'Not found')
}

const level = ({ id, name, slug, stock }: StandInState['products'][number]) => ({ productId: id, name, slug, stock })
