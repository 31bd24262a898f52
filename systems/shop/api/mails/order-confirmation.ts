import type { Order } from '../schemas/order.ts'
import { formatMoment, formatMoney } from './format.ts'
import { escapeHtml, htmlMail, type Mail } from './mail.ts'

/** What a confirmation is made of. */
export interface Confirmable extends Order {
  readonly to: { readonly email: string; readonly name: string }
  /** The mail may have been sent before. */
  readonly mayBeRepeat: boolean
}

/** Tells a customer that an order is confirmed: what, how many, for how much. */
export function orderConfirmation(order: Confirmable, publicUrl: string): Mail {
  const { to, number, mayBeRepeat } = order
  const subject = `Your order ${number}${mayBeRepeat ? ' (may have reached you before)' : ''}`
  const link = `${publicUrl}/orders/${order.id}`
  const repeat = 'We may have sent you this confirmation before. It is the same order, and it is delivered once.'
  const opening = `your order ${number} of ${formatMoment(order.placedAt)} is confirmed.`
  return {
    to: to.email,
    subject,
    headers: { 'X-Order-Id': order.id, ...(mayBeRepeat ? { 'X-Possible-Repeat': 'true' } : {}) },
    text: [
      `Hello ${to.name},`,
      opening,
      ...(mayBeRepeat ? [repeat] : []),
      textTable(order),
      `See your order: ${link}`,
    ].join('\n\n'),
    html: htmlMail(
      subject,
      [
        `<p>Hello ${escapeHtml(to.name)},</p>`,
        `<p>${escapeHtml(opening)}</p>`,
        ...(mayBeRepeat ? [`<p>${escapeHtml(repeat)}</p>`] : []),
        htmlTable(order),
        `<p><a href="${escapeHtml(link)}">See your order</a></p>`,
      ].join('\n'),
    ),
  }
}

const rowsOf = ({ items }: Order): readonly (readonly [string, string, string])[] =>
  items.map(({ name, quantity, priceCents }) => [String(quantity), name, formatMoney(quantity * priceCents)])

function textTable(order: Order): string {
  const rows = [...rowsOf(order), ['', 'Total', formatMoney(order.totalCents)] as const]
  const widths = [0, 1, 2].map(column => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const [first = 0, second = 0, third = 0] = widths
  return rows
    .map(([quantity, name, price]) => `${quantity.padStart(first)}  ${name.padEnd(second)}  ${price.padStart(third)}`)
    .join('\n')
}

const CELL = 'style="padding: 4px 12px; border-bottom: 1px solid #d5d9e0; text-align: left"'
const NUMBER = 'style="padding: 4px 12px; border-bottom: 1px solid #d5d9e0; text-align: right"'

function htmlTable(order: Order): string {
  const rows = rowsOf(order).map(
    ([quantity, name, price]) =>
      `<tr><td ${NUMBER}>${escapeHtml(quantity)}</td><td ${CELL}>${escapeHtml(name)}</td><td ${NUMBER}>${escapeHtml(price)}</td></tr>`,
  )
  return `<table style="border-collapse: collapse">
<thead><tr><th scope="col" ${NUMBER}>Quantity</th><th scope="col" ${CELL}>Product</th><th scope="col" ${NUMBER}>Price</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
<tfoot><tr><th scope="row" colspan="2" ${CELL}>Total</th><td ${NUMBER}>${escapeHtml(formatMoney(order.totalCents))}</td></tr></tfoot>
</table>`
}
