module example.com/shop/orders

go 1.25

require (
	github.com/jackc/pgx/v5 v5.6.0
	github.com/prometheus/client_golang v1.20.4
)
