import express from 'express'
import { buy, home, order, webhook } from './handlers.ts'

const app = express()

// The webhook comes before any app.use(express.json()), which would parse its body.
app.post('/webhooks/skiro', express.raw({ type: 'application/json' }), webhook)
app.get('/', home)
app.post('/buy', buy)
app.get('/orders/:id', order)

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`shop at ${process.env.SHOP_URL ?? 'http://127.0.0.1:3000'}`)
})
