import type { StandInAws } from './stand-in-aws.ts'

/** The operator of every shop in the tests. */
export const OPERATOR = { email: 'operator@example.com', password: 'seven loud blue trains' }

/** The environment of the API and of the worker. */
export const shopEnvironment = (databaseUrl: string, aws: StandInAws): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  PORT: '0',
  SESSION_SECRET: 'a secret of at least thirty-two characters',
  OPERATOR_EMAIL: OPERATOR.email,
  OPERATOR_PASSWORD: OPERATOR.password,
  MAIL_FROM: 'orders@shop.example.com',
  MAIL_TEMPLATE: 'shop-mail',
  PICTURES_BUCKET: 'pictures-of-the-shop',
  PUBLIC_URL: 'https://shop.example.com',
  ...aws.environment,
})
