module example.com/edge

go 1.25.0
