// Package sqlite stands in for modernc.org/sqlite, which is not installed here: a driver of database/sql whose
// connections are programs of Node, sqlite.mjs, which brings the real SQLite. It knows what programs of our pages use:
// statements without rows, and transactions. Needs SKIRO_NODE and SKIRO_SQLITE: paths of Node and of sqlite.mjs.
package sqlite

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
)

func init() { sql.Register("sqlite", sqlite{}) }

type sqlite struct{}

type connection struct {
	child *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Reader
}

// Open takes the path of a file, and after a question mark what this driver does anyway: to wait for locks.
func (sqlite) Open(name string) (driver.Conn, error) {
	path, _, _ := strings.Cut(name, "?")
	child := exec.Command(os.Getenv("SKIRO_NODE"), os.Getenv("SKIRO_SQLITE"), path)
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &connection{child, in, bufio.NewReader(out)}, child.Start()
}

func (c *connection) Close() error {
	c.in.Close()
	return c.child.Wait()
}

func (c *connection) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("the stand-in for SQLite prepares nothing")
}

func (c *connection) Begin() (driver.Tx, error) {
	_, err := c.run("begin", nil)
	return c, err
}

func (c *connection) Commit() error {
	_, err := c.run("commit", nil)
	return err
}

func (c *connection) Rollback() error {
	_, err := c.run("rollback", nil)
	return err
}

func (c *connection) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	return c.run(query, values)
}

func (c *connection) run(query string, values []any) (driver.Result, error) {
	if err := json.NewEncoder(c.in).Encode(map[string]any{"sql": query, "values": values}); err != nil {
		return nil, driver.ErrBadConn
	}
	line, err := c.out.ReadBytes('\n')
	if err != nil {
		return nil, driver.ErrBadConn
	}
	var answer struct {
		Changes int64
		Error   string
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return nil, err
	}
	if answer.Error != "" {
		return nil, errors.New(answer.Error)
	}
	return driver.RowsAffected(answer.Changes), nil
}
