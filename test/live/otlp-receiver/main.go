// The OTLP receiver of the OpenTelemetry collector, over HTTP: it prints the metrics that it took, a line of JSON for
// each report, on stdout. On stderr it says "ready", and it ends by SIGINT.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

func main() {
	if len(os.Args) != 2 {
		check(fmt.Errorf("usage: %s host:port", os.Args[0]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	factory := otlpreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	protocols := map[string]any{"http": map[string]any{"endpoint": os.Args[1]}}
	check(confmap.NewFromStringMap(map[string]any{"protocols": protocols}).Unmarshal(config))
	sink, err := consumer.NewMetrics(printLine)
	check(err)
	receiver, err := factory.CreateMetrics(ctx, receivertest.NewNopSettings(factory.Type()), config, sink)
	check(err)
	check(receiver.Start(ctx, componenttest.NewNopHost()))
	fmt.Fprintln(os.Stderr, "ready")
	<-ctx.Done()
	check(receiver.Shutdown(context.Background()))
}

func printLine(_ context.Context, metrics pmetric.Metrics) error {
	line, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(metrics)
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(line))
	return err
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
