import { idField } from '@terrace/service'
import * as z from 'zod'

/** `/users/{id}`, `/books/{id}` */
export const idParameter = z.object({ id: idField })

/** `/books/{book_id}/borrow/{user_id}` */
export const lendingParameters = z.object({ book_id: idField, user_id: idField })
