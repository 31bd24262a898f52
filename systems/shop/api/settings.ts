import { secret, sessionSecretVariable, wholeNumberVariable } from '@terrace/service'
import * as z from 'zod'
import { EMAIL } from './schemas/account.ts'

const url = (example: string) =>
  z
    .string(`expected a URL such as ${example}`)
    .refine(text => URL.canParse(text), `expected a URL such as ${example}`)
    .transform(text => text.replace(/\/$/, ''))

const queueUrl = url('https://sqs.us-east-1.amazonaws.com/123456789012/orders')
const publicUrl = url('https://shop.example.com')
const mailAddress = z
  .string('expected a mail address such as orders@example.com')
  .regex(EMAIL, 'expected a mail address such as orders@example.com')

/** The environment of the API. */
export const shopVariables = {
  SESSION_SECRET: sessionSecretVariable,
  /** The first operator's account, made once; later changes of these two change nothing. */
  OPERATOR_EMAIL: mailAddress,
  OPERATOR_PASSWORD: secret(z.string('expected a password').min(12, 'expected at least 12 characters')),
  ORDER_QUEUE_URL: queueUrl,
  ORDER_DEAD_LETTER_QUEUE_URL: queueUrl,
  PICTURES_BUCKET: z.string('expected the name of a bucket').min(3, 'expected the name of a bucket'),
  /** The store's address as browsers see it. */
  PUBLIC_URL: publicUrl,
  /** What a product has in stock when it is first put on sale. */
  STOCK_PER_PRODUCT: wholeNumberVariable(0, 100_000_000, 10),
  /** How many proxies stand before the API and add to `X-Forwarded-For`: balancer, NGINX, internal balancer. */
  TRUSTED_PROXIES: wholeNumberVariable(0, 10, 3),
  /** Accounts that one client may make in an hour; many people may share one address. */
  SIGN_UPS_PER_HOUR: wholeNumberVariable(1, 1_000_000, 1000),
}

export type ShopVariables = typeof shopVariables

/** The environment of the worker. */
export const workerVariables = {
  ORDER_QUEUE_URL: queueUrl,
  /** A sender that SES has verified. */
  MAIL_FROM: mailAddress,
  /** The template of SES that passes subject, text and HTML through. */
  MAIL_TEMPLATE: z
    .string('expected the name of a template of SES')
    .regex(/^[\w-]{1,64}$/, 'expected the name of a template of SES'),
  PUBLIC_URL: publicUrl,
}

export type WorkerVariables = typeof workerVariables
