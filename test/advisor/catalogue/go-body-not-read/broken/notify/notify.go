package notify

import (
	"bytes"
	"fmt"
	"net/http"
)

func Send(client *http.Client, url string, body []byte) error {
	resp, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return fmt.Errorf("notify: %d", resp.StatusCode)
	}
	return nil
}
